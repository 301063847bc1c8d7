import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./places";

/** `docs/clients.md`, as it is. */
export const PAGE = readFileSync(join(ROOT, "docs/clients.md"), "utf8");

const PAGES = [PAGE, readFileSync(join(ROOT, "docs/own-resources.md"), "utf8")].join("\n");

/** Fenced blocks of the pages that print examples, by the mark above each: `<!-- run: aws -->`. */
const BLOCKS = new Map(
  [...PAGES.matchAll(/^<!-- (\w+: \S+) -->\n```\w+\n([\s\S]*?)^```$/gm)].map(([, mark = "", text = ""]) => [
    mark,
    text,
  ]),
);

/** The block below a mark. */
export function printed(mark: string): string {
  const text = BLOCKS.get(mark);
  if (text === undefined) throw new Error(`docs/ has no block marked <!-- ${mark} -->`);
  return text;
}

/** What is printed below marks of one kind, by what the marks name. */
export function allPrinted(kind: string): ReadonlyMap<string, string> {
  const found = [...BLOCKS].filter(([mark]) => mark.startsWith(`${kind}: `));
  return new Map(found.map(([mark, text]) => [mark.slice(kind.length + 2), text]));
}
