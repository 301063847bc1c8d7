/** Lines of a comment that may be continued in the next one. */
export interface Block {
  /** What the lines need before them, in each comment that has some. */
  readonly open: readonly string[];
  readonly lines: readonly string[];
  /** What the lines need after them. */
  readonly close: readonly string[];
}

export function plain(lines: readonly string[]): Block {
  return { open: [], lines, close: [] };
}

export function joined(blocks: readonly Block[]): string {
  return `${blocks.flatMap(({ open, lines, close }) => [...open, ...lines, ...close]).join("\n")}\n`;
}

/** Comments one after the other, cut between lines; each says which it is. No comment is longer than `most` characters. */
export function split(blocks: readonly Block[], most: number, heading: string): readonly string[] {
  const parts: string[][] = [[]];
  const room = most - heading.length - 40;
  let size = 0;
  const put = (lines: readonly string[]) => {
    parts.at(-1)?.push(...lines);
    size += sizeOf(lines);
  };
  for (const { open, lines, close } of blocks) {
    put(open);
    for (const line of lines) {
      if (size + line.length + 1 + sizeOf(close) > room) {
        put(close);
        parts.push([]);
        size = 0;
        put(open);
      }
      put([line]);
    }
    put(close);
  }
  return parts.map((part, index) =>
    index === 0
      ? `${part.join("\n")}\n`
      : [`### ${heading} (${index + 1} of ${parts.length})`, "", ...part, ""].join("\n"),
  );
}

function sizeOf(lines: readonly string[]): number {
  return lines.reduce((sum, line) => sum + line.length + 1, 0);
}
