import { type AccessPolicy, EMPTY_POLICY } from "../../../contract/policy-file";
import { type AccessRow, rowKey } from "../model/row";
import { compareText } from "../terraform-json/order";
import type { StackJson } from "../terraform-json/stack-json";
import { auditorRows } from "./auditor-rows";
import { awsRows, functionRows } from "./aws-rows";
import { agentRows, revokedRows } from "./callers";
import { openingRows } from "./gateway/opening-rows";
import { usageRows } from "./gateway/usage-rows";
import { usualDecisions } from "./gateway/usual-decisions";
import { googleRows } from "./google-rows";
import { AUTHORIZER, issuerRows } from "./issuer-rows";
import { mintRows, routeRows } from "./route-rows";
import { type Sidecars, sidecarsOf } from "./sidecar/read";
import { NOT_READ, unreadRows } from "./unread-rows";

interface Sources {
  readonly stack: StackJson;
  readonly policy: AccessPolicy;
  /** The policy; `"not read"` if the functions decide by rules that are not readable here. */
  readonly given: AccessPolicy | "not read";
  readonly sidecars: Sidecars;
}

/** The rows of each part. Those of the auditors are not here, because they depend on all others. */
const PARTS: Readonly<Record<string, (sources: Sources) => readonly AccessRow[]>> = {
  routes: ({ stack, policy, given, sidecars }) => [...routeRows(stack, given, sidecars), ...mintRows(stack, policy)],
  openings: ({ stack }) => openingRows(stack),
  usage: ({ stack, policy }) => usageRows(stack, policy),
  callers: ({ stack, policy, sidecars }) => [
    ...issuerRows(stack, policy, sidecars),
    ...agentRows(stack, policy),
    ...revokedRows(stack),
  ],
  aws: ({ stack }) => [...awsRows(stack), ...functionRows(stack)],
  google: ({ stack, sidecars }) => googleRows(stack, sidecars),
  unread: ({ stack }) => unreadRows(stack),
};

/**
 * The access ledger of a stack: every principal with its permissions, resources and conditions, in both clouds. Computed
 * only from `main.tf.json` and the policy in the functions' zip. Without a policy no function decides, so Envoy's
 * configuration in the stack counts. Cached, because one state is often compared with many others: neither the stack nor
 * the policy may change after it was read.
 */
export function accessLedger(stack: StackJson, given: AccessPolicy | "not read" = EMPTY_POLICY): readonly AccessRow[] {
  const known = ledgers.get(stack) ?? new Map<unknown, readonly AccessRow[]>();
  const rows = known.get(given) ?? ledgerOf(stack, given);
  ledgers.set(stack, known.set(given, rows));
  return rows;
}

/** By stack and policy. */
let ledgers = new WeakMap<StackJson, Map<unknown, readonly AccessRow[]>>();

function ledgerOf(stack: StackJson, given: AccessPolicy | "not read"): readonly AccessRow[] {
  const policy = given === "not read" ? EMPTY_POLICY : given;
  const sources = { stack, policy, given, sidecars: sidecarsOf(stack) };
  const rows = Object.values(PARTS).flatMap((rowsOf) => rowsOf(sources));
  return [...rows, ...auditorRows(stack, rows), ...ownRows(stack)]
    .map((row) => ({ row, key: rowKey(row) }))
    .sort((a, b) => compareText(a.key, b.key))
    .map(({ row }) => row);
}

/** Reads additional rows from a stack, such as those of a project's own resources. */
export type RowReader = (stack: StackJson) => readonly Omit<AccessRow, "decision" | "terms">[];

let readers: readonly RowReader[] = [];

/** Adds the rows of these readers to every later ledger, on both sides of a comparison. */
export function useRowReaders(given: readonly RowReader[]): void {
  readers = given;
  ledgers = new WeakMap();
}

/** Marks each row of a reader as such, so that it cannot look like a row of the ledger and hide a change of that. */
export function ownRows(stack: StackJson): readonly AccessRow[] {
  return readers
    .flatMap((read) => read(stack))
    .map(({ principal, permission, resource, condition }) => {
      const under = condition === "-" ? [] : [condition];
      return { principal, permission, resource, condition: [...under, "as main.ts says"].join("; ") };
    });
}

/**
 * The ledger as people review it: `synthesized/<environment>/access.md`.
 *
 * @param kept sentences about access that hold for these rows
 */
export function accessMarkdown(environment: string, rows: readonly AccessRow[], kept: readonly string[] = []): string {
  const byPolicy = rows.some(({ resource }) => resource === AUTHORIZER);
  const sources = byPolicy ? "`main.tf.json` and `authorizer-policy.json`" : "`main.tf.json`";
  const { sentences, shorten } = usualDecisions(rows);
  const lines = rows.map(
    (row) => `| ${[row.principal, row.permission, row.resource, shorten(row)].map(cell).join(" | ")} |`,
  );
  return [
    `# Who may do what: ${environment}`,
    "",
    `Each row is one grant in AWS or Google Cloud, read by \`npm run synth\` from ${sources}.`,
    "Grants that the stack does not declare are missing: inherited ones, those made by hand, and those of AWS administrators.",
    ...(rows.some(({ principal }) => principal === NOT_READ)
      ? [`${NOT_READ} marks what the program cannot interpret.`]
      : []),
    "",
    ...(sentences.length === 0
      ? []
      : ["Unless a row says otherwise:", "", ...sentences.map((each) => `- ${cell(each)}`), ""]),
    "| principal | permission | resource | condition |",
    "|---|---|---|---|",
    ...lines,
    "",
    ...keptLines(kept, rows),
  ].join("\n");
}

function keptLines(kept: readonly string[], rows: readonly AccessRow[]): readonly string[] {
  if (kept.length === 0) return [];
  const unread = rows.filter(({ principal }) => principal === NOT_READ).length;
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

/** The text of a cell of `accessMarkdown`. */
export function cellText(cell: string): string {
  return cell.replaceAll(/\\([!-/:-@[-`{-~])/g, "$1");
}
