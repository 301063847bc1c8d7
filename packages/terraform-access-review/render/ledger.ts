import type { AccessRow } from "../model/row";
import { compareText } from "../terraform-json/order";
import { usualDecisions } from "./usual-decisions";
import { rowWords, words } from "./words";

/**
 * The ledger as people review it: `synthesized/<environment>/access.md`. The principal comes first, because the ledger
 * answers what a principal may do.
 *
 * @param kept sentences about access that hold for these rows
 * @param wildcards resources with a wildcard that the program declares on purpose
 */
export function accessMarkdown(
  environment: string,
  rows: readonly AccessRow[],
  kept: readonly string[] = [],
  wildcards: readonly string[] = [],
): string {
  const byPolicy = rows.some(({ resource }) => resource.kind === "authorizer");
  const sources = byPolicy ? "`main.tf.json` and `authorizer-policy.json`" : "`main.tf.json`";
  const { sentences, shorten } = usualDecisions(rows);
  const rules = [...sentences, ...(rows.some(isOfCaller) ? [ACTING] : [])];
  const lines = rows
    .map((row) => {
      const { principal, permission, resource, condition } = rowWords(row);
      const line = [principal, permission, resource, shorten(row)].map(cell).join(" | ");
      return { line: `| ${line} |`, key: [principal, resource, permission, condition].join("\u0000") };
    })
    .sort((a, b) => compareText(a.key, b.key))
    .map(({ line }) => line);
  const unread = rows.filter(({ principal }) => principal.kind === "not-read").length;
  return [
    `# Who may do what: ${environment}`,
    "",
    `Each row is one grant in AWS or Google Cloud, read by \`npm run synth\` from ${sources}.`,
    "Grants that the stack does not declare are missing: inherited ones, those made by hand, and those of AWS administrators.",
    ...(unread > 0 ? [`${NOT_READ} marks what the program cannot interpret.`] : []),
    "",
    ...(rules.length === 0 ? [] : ["Unless a row says otherwise:", "", ...rules.map((each) => `- ${cell(each)}`), ""]),
    "| principal | permission | resource | condition |",
    "|---|---|---|---|",
    ...lines,
    "",
    ...keptLines(kept, unread),
    ...wildcardLines(wildcards),
  ].join("\n");
}

/** One sentence, because a row for each pair of callers would say no more. */
const ACTING = "A token by which one caller acts for another (act, RFC 8693) opens only what the rows of both allow.";

function isOfCaller({ principal, action }: AccessRow): boolean {
  return principal.kind === "caller" && action.kind === "call";
}

const NOT_READ = words({ kind: "not-read" });

function keptLines(kept: readonly string[], unread: number): readonly string[] {
  if (kept.length === 0) return [];
  return [
    "## Expectations",
    "",
    `Config states these, and the rows above keep them.${
      unread === 0 ? "" : ` ${unread} ${unread === 1 ? "row is" : "rows are"} ${NOT_READ} and could break one.`
    }`,
    "",
    ...kept.map((each) => `- ${cell(each)}`),
    "",
  ];
}

function wildcardLines(wildcards: readonly string[]): readonly string[] {
  if (wildcards.length === 0) return [];
  return [
    "## Wildcards by design",
    "",
    "The program declares these resources on purpose: an id is not known before the object exists, or AWS has no narrower resource for",
    "the action. Rule `no-wildcard-grant` accepts exactly these statements of the pipeline's roles and refuses any other.",
    "",
    ...wildcards.map((each) => `- ${cell(each)}`),
    "",
  ];
}

/**
 * Escapes a bar, which would end the cell, a line break, which would end the row, and everything else that Markdown would
 * render. A subject that is a link, an image or HTML is shown as plain text.
 */
function cell(text: string): string {
  return text.replaceAll(/\s*\n\s*/g, " ").replaceAll(RENDERED, "\\$&");
}

/** A Markdown character that would be rendered: before another one, or at the start of a tag, a link or an entity. */
const RENDERED =
  /\\(?=[!-/:-@[-`{-~])|[`|]|<(?=[A-Za-z/!?])|(?<=\])\(|~(?=~)|(?<=~)~|\*(?=.*\*)|(?<=\*.*)\*|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|&(?=#?\w+;)/g;
