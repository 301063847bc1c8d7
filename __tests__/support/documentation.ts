import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./places";

/** The pages that print examples which tests run. */
const NAMES = [
  "how-to/callers",
  "how-to/call-with-the-user-pool",
  "how-to/call-without-a-secret",
  "how-to/call-as-an-aws-role",
  "how-to/call-from-an-agent",
  "how-to/mcp-server",
  "how-to/openapi",
  "how-to/own-resources",
  "how-to/review",
  "how-to/own-functions",
  "how-to/webhooks",
  "how-to/domains",
  "how-to/uploads",
  "reference/headers",
  "reference/log-fields",
  "how-to/ci",
];

/** Their text, the overview of callers first. */
export const PAGES = NAMES.map((name) => readFileSync(join(ROOT, `docs/${name}.md`), "utf8"));

/** Fenced blocks of the pages that print examples, by the mark above each: `<!-- run: aws -->`. */
const BLOCKS = new Map(
  [...PAGES.join("\n").matchAll(/^<!-- (\w+: \S+) -->\n```\w+\n([\s\S]*?)^```$/gm)].map(([, mark = "", text = ""]) => [
    mark,
    text,
  ]),
);

/** The anchor that GitHub gives a heading, and the site too. */
export function anchorOf(heading = ""): string {
  return heading
    .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}_ -]/gu, "")
    .replaceAll(" ", "-");
}

/** The block below a mark. */
export function printed(mark: string): string {
  const text = BLOCKS.get(mark);
  if (text === undefined) throw new Error(`docs/ has no block marked <!-- ${mark} -->`);
  return text;
}

/** Returns the blocks below marks of one kind, by the name in the mark. */
export function allPrinted(kind: string): ReadonlyMap<string, string> {
  const found = [...BLOCKS].filter(([mark]) => mark.startsWith(`${kind}: `));
  return new Map(found.map(([mark, text]) => [mark.slice(kind.length + 2), text]));
}
