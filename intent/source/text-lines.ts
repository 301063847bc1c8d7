/** A text by lines. Each line is identified by the offset of its first non-space character. */
export class TextLines {
  constructor(private readonly text: string) {}

  /** Whether only spaces precede the offset in its line. */
  isStart(offset: number): boolean {
    return this.text.slice(this.startOf(offset), offset).trim() === "";
  }

  /** Whether its line consists of words without a colon, like a key that lacks its colon. */
  isBeforeColon(offset: number): boolean {
    const line = this.line(offset);
    return line !== "" && !/:(\s|$)/.test(line) && !/^[-[{"'#]|[,\]}]$/.test(line);
  }

  line(offset: number): string {
    return withoutComment(this.lineAt(offset));
  }

  indentation(offset: number): number {
    return this.lineAt(offset).search(/\S|$/);
  }

  /** The text from the offset to the end of its line, without the comment. */
  rest(offset: number): string {
    return withoutComment(this.text.slice(offset, this.endOf(offset)));
  }

  /** `rest`, shortened and in quotes. */
  shown(offset: number): string {
    const rest = this.rest(offset);
    return JSON.stringify(rest.length > 40 ? `${rest.slice(0, 40)}…` : rest);
  }

  /**
   * The only line indented by an odd number of spaces. Undefined if there are several: then the indentation is
   * deliberate.
   */
  oddLine(): number | undefined {
    const odd: number[] = [];
    for (let at = this.contentAfter(-1); odd.length < 2; at = this.contentAfter(at)) {
      if (this.indentation(at) % 2 === 1) odd.push(at);
      if (this.contentAfter(at) === at) break;
    }
    return odd.length === 1 ? odd[0] : undefined;
  }

  /** The first line of the map that a line belongs to, if that line is indented by the usual two spaces. */
  firstOf(offset: number): number {
    let parent = this.contentBefore(offset);
    for (let above = parent; this.indentation(parent) >= this.indentation(offset); parent = above) {
      above = this.contentBefore(parent);
      if (above === parent) return offset;
    }
    return this.indentation(offset) - this.indentation(parent) === 2 ? this.contentAfter(parent) : offset;
  }

  /** The nearest line above that is neither empty nor a comment; the offset itself if there is none. */
  contentBefore(offset: number): number {
    for (let end = this.startOf(offset) - 1; end >= 0; end = this.startOf(end) - 1) {
      if (this.line(end) !== "") return this.startOf(end) + this.indentation(end);
    }
    return offset;
  }

  /** The list item above with the same indentation, if only lines of that item are in between. */
  itemAbove(offset: number): number | undefined {
    let at = this.startOf(offset) + this.indentation(offset);
    const indentation = this.indentation(offset);
    for (let above = this.contentBefore(at); above < at; above = this.contentBefore(at)) {
      at = above;
      if (this.indentation(at) <= indentation) break;
    }
    return this.indentation(at) === indentation && /^-(\s|$)/.test(this.rest(at)) ? at : undefined;
  }

  contentAfter(offset: number): number {
    for (let end = offset < 0 ? -1 : this.endOf(offset); end < this.text.length; end = this.endOf(end + 1)) {
      if (this.line(end + 1) !== "") return end + 1 + this.indentation(end + 1);
    }
    return offset;
  }

  private lineAt(offset: number): string {
    return this.text.slice(this.startOf(offset), this.endOf(offset));
  }

  private startOf(offset: number): number {
    return offset === 0 ? 0 : this.text.lastIndexOf("\n", offset - 1) + 1;
  }

  private endOf(offset: number): number {
    const end = this.text.indexOf("\n", offset);
    return end < 0 ? this.text.length : end;
  }
}

function withoutComment(text: string): string {
  return text.replace(/(^|\s)#.*$/, "").trim();
}
