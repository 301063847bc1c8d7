import { type Document, isCollection, isMap, isScalar, type Node, visit, type YAMLError } from "yaml";
import type { Verdict } from "./finding";

/** A syntax error at the place to correct. The parser often fails after that place, sometimes lines later. */
export interface SyntaxFault extends Verdict {
  readonly offset: number;
}

export function faultAt(offset: number, got: string, expected: string, remedy: string): SyntaxFault {
  return { offset, got, expected, remedy };
}

/**
 * Characters that end a line in YAML 1.2 (a lone CR) or YAML 1.1 (NEL, LS and PS), but not in this parser. After a
 * comment they would hide a key that other readers and editors see.
 */
export const OTHER_LINE_END = /\r(?!\n)|[\x85\u2028\u2029]/;

/** The parser's first error, reworded. Later errors are mostly consequences of it. */
export function syntaxFault([error]: readonly YAMLError[], document: Document, text: string): SyntaxFault | undefined {
  if (error === undefined) return undefined;
  const lines = new TextLines(text);
  const [start] = error.pos;
  // The parser may report an error at the comment or empty line before its cause.
  const offset = lines.rest(start) === "" && lines.line(start) === "" ? lines.contentAfter(start) : start;
  const open = openNode(document, text);
  if (isStray(lines, offset)) return stray(lines, offset);
  if (open !== undefined && /flow|quote|single line/i.test(error.message)) return unclosed(open, text);
  switch (error.code) {
    case "TAB_AS_INDENT":
      return faultAt(offset, "a tab", "spaces (YAML allows no tabs in indentation)", "indent with spaces");
    case "MULTILINE_IMPLICIT_KEY":
    case "BLOCK_AS_IMPLICIT_KEY":
      return keyFault(lines, offset);
    case "BAD_INDENT":
      return lines.isBeforeColon(lines.contentBefore(offset))
        ? withoutColon(lines, lines.contentBefore(offset))
        : indented(lines, offset);
    case "UNEXPECTED_TOKEN":
      return lines.isStart(offset) ? keyBefore(lines, offset) : unexpected(lines, offset, error);
    case "BAD_SCALAR_START":
      return faultAt(
        offset,
        `a value that starts with ${text.charAt(offset)}`,
        "text in quotes (YAML reserves that character)",
        `quote it: "${lines.rest(offset)}"`,
      );
    case "BLOCK_IN_FLOW":
      return faultAt(offset, "no comma between two entries", "one", "put a comma between them");
    case "MISSING_CHAR":
      return missing(lines, offset, error);
    default:
      return parsers(offset, error);
  }
}

/** A key must not span lines: it lacks its colon, or the next line is indented like a continuation. */
function keyFault(lines: TextLines, offset: number): SyntaxFault {
  if (lines.isStart(offset)) return withoutColon(lines, offset);
  if (/:\s/.test(lines.rest(offset))) {
    return faultAt(
      offset,
      `a second colon in ${lines.shown(offset)}`,
      "one key and one value in a line",
      "quote the value, or put the rest on a separate line",
    );
  }
  return indented(lines, lines.contentAfter(offset));
}

function keyBefore(lines: TextLines, offset: number): SyntaxFault {
  const before = lines.contentBefore(offset);
  return lines.isBeforeColon(before) ? withoutColon(lines, before) : indented(lines, offset);
}

function withoutColon(lines: TextLines, offset: number): SyntaxFault {
  if (/^-\s/.test(lines.rest(offset))) return listItem(lines, offset);
  const line = lines.shown(offset);
  const [, key, mark, value = ""] = /^"?([\w.-]+)"?(:| *= *)(\S.*)$/.exec(lines.rest(offset)) ?? [];
  return {
    offset,
    got: `${line}, which is not a key with a value`,
    expected: "a key, a colon and a space, then its value",
    remedy:
      key === undefined
        ? "write a colon after the key"
        : `write ${mark === ":" ? "a space after the colon" : "a colon in place of ="}: ${key}: ${value}`,
  };
}

function indented(lines: TextLines, offset: number): SyntaxFault {
  const item = lines.itemAbove(offset);
  if (item !== undefined) return listItem(lines, item);
  const before = lines.contentBefore(offset);
  if (isOutdented(lines, before, offset)) return indented(lines, before);
  const first = lines.firstOf(offset);
  if (lines.indentation(first) > lines.indentation(offset)) return indented(lines, first);
  const odd = lines.oddLine();
  if (odd !== undefined && odd < offset && lines.indentation(odd) !== lines.indentation(offset))
    return indented(lines, odd);
  return faultAt(
    offset,
    `a line indented by ${lines.indentation(offset)} spaces below one indented by ${lines.indentation(before)}`,
    "the indentation of the other keys of its map",
    "indent it as the other keys of its map",
  );
}

function listItem(lines: TextLines, offset: number): SyntaxFault {
  return faultAt(
    offset,
    `${lines.shown(offset)}, an item of a list, among keys`,
    "a key, as in the other lines of its map",
    "remove the dash, and indent its keys like the others",
  );
}

/**
 * Whether the line above is the one that is not indented enough: it has a value, and its neighbours are indented more.
 */
function isOutdented(lines: TextLines, line: number, below: number): boolean {
  const above = lines.contentBefore(line);
  const [first, own, last] = [above, line, below].map((offset) => lines.indentation(offset));
  if (above === line || own === undefined || last === undefined || last <= own || lines.line(line).endsWith(":"))
    return false;
  return first === last || (first === own && lines.line(above).endsWith(":"));
}

function unexpected(lines: TextLines, offset: number, error: YAMLError): SyntaxFault {
  if (lines.rest(offset).startsWith(","))
    return faultAt(offset, "an extra comma", "one comma between two entries", "remove it");
  if (!/at node end/.test(error.message)) return parsers(offset, error);
  return faultAt(
    offset,
    `${lines.shown(offset)} after a value that has ended`,
    "one value",
    "put the whole value in quotes",
  );
}

/** Whether the offset is a closing bracket or brace that its line never opened. */
function isStray(lines: TextLines, offset: number): boolean {
  const found = lines.rest(offset).charAt(0);
  const count = (character: string) => lines.line(offset).split(character).length;
  return (
    (found === "]" && count("]") > count("[")) || (found === "}" && count("}") > count("{")) || isKeyless(lines, offset)
  );
}

/** `GET /orders { scopes: [orders/read] }`: the brace opens inside a text. */
function isKeyless(lines: TextLines, offset: number): boolean {
  return lines.rest(offset).startsWith("}") && /^[^:"']*[^:"'\s] \{/.test(lines.line(offset));
}

function stray(lines: TextLines, offset: number): SyntaxFault {
  const found = lines.rest(offset).charAt(0);
  const remedy = isKeyless(lines, offset) ? "write a colon after the key, before the {" : "remove it";
  return faultAt(offset, `a ${found} without an opening one`, "one for each opening one", remedy);
}

function missing(lines: TextLines, offset: number, error: YAMLError): SyntaxFault {
  if (/followed by map values/.test(error.message)) return withoutColon(lines, offset);
  if (/^Comments/.test(error.message)) {
    return faultAt(offset, "a # right after a value", "a space before a comment", "write a space before it");
  }
  const remedy = 'correct the syntax here; within { } a route key needs quotes, as in "GET /orders/{id}"';
  return { ...parsers(offset, error), remedy };
}

function unclosed(offset: number, text: string): SyntaxFault {
  const opening = text.charAt(offset);
  const closing = opening === "[" ? "]" : opening === "{" ? "}" : opening;
  return faultAt(
    offset,
    `a ${opening} that is not closed`,
    `a ${closing} before the next key`,
    `write the ${closing} where it belongs`,
  );
}

/** Start of the innermost list, map or quoted text that is not closed, or is closed by another line's quote. */
function openNode(document: Document, text: string): number | undefined {
  let open: number | undefined;
  visit(document, (_, node) => {
    const [start = 0, end = 0] = (node as Node | null)?.range ?? [];
    const source = text.slice(start, end);
    const isQuoted = isScalar(node) && (node.type === "QUOTE_DOUBLE" || node.type === "QUOTE_SINGLE");
    if (isQuoted && (source.includes("\n") || source.length < 2 || source.at(-1) !== source[0])) open ??= start;
    if (isCollection(node) && node.flow === true && !source.endsWith(isMap(node) ? "}" : "]")) open = start;
  });
  return open;
}

function parsers(offset: number, { message }: YAMLError): SyntaxFault {
  const [first = ""] = message.split("\n", 1);
  return faultAt(offset, "invalid YAML", `valid YAML (parser: ${first})`, "correct the syntax here");
}

/** A text by lines. Each line is identified by the offset of its first non-space character. */
class TextLines {
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
  // A point of a pattern matches no CR, which the lines of a file with CRLF end with.
  return text
    .trim()
    .replace(/(^|\s)#.*$/, "")
    .trim();
}
