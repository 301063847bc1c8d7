import { type AccessPolicy, EMPTY_POLICY } from "../../../contract/policy-file";
import type { AccessRow } from "../model/row";
import type { StackJson } from "../terraform-json/stack-json";
import { auditorRows } from "./auditor-rows";
import { awsRows, functionRows } from "./aws-rows";
import { agentRows, revokedRows } from "./callers";
import { openingRows } from "./gateway/opening-rows";
import { usageRows } from "./gateway/usage-rows";
import { googleRows } from "./google-rows";
import { issuerRows } from "./issuer-rows";
import { mintRows, routeRows } from "./route-rows";
import { type Sidecars, sidecarsOf } from "./sidecar/read";
import { unreadRows } from "./unread-rows";

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
  return [...rows, ...auditorRows(stack, rows), ...ownRows(stack)];
}

/** A row in the words of a project's own `main.ts`. */
export interface OwnRow {
  readonly principal: string;
  readonly permission: string;
  readonly resource: string;
  /** `-` for none. */
  readonly condition: string;
}

/** Reads additional rows from a stack, such as those of a project's own resources. */
export type RowReader = (stack: StackJson) => readonly OwnRow[];

let readers: readonly RowReader[] = [];

/** Adds the rows of these readers to every later ledger, on both sides of a comparison. */
export function useRowReaders(given: readonly RowReader[]): void {
  readers = given;
  ledgers = new WeakMap();
}

/** Their facts are texts, so that none of them looks like a fact of the ledger and hides a change of that. */
export function ownRows(stack: StackJson): readonly AccessRow[] {
  const stated = (text: string) => ({ kind: "stated", text }) as const;
  return readers
    .flatMap((read) => read(stack))
    .map(({ principal, permission, resource, condition }) => ({
      effect: "allow",
      principal: stated(principal),
      action: stated(permission),
      resource: stated(resource),
      conditions: [...(condition === "-" ? [] : [stated(condition)]), { kind: "of-main-ts" }],
      from: { address: "main.ts", argument: "" },
    }));
}
