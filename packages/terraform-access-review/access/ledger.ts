import type { EnvoyPolicy } from "../../../contract/envoy/policy";
import { type AccessPolicy, EMPTY_POLICY } from "../../../contract/policy-file";
import type { AccessRow } from "../model/row";
import type { StackJson } from "../terraform-json/stack-json";
import { auditorRows } from "./auditor-rows";
import { awsRows, functionRows } from "./aws-rows";
import { agentRows, revokedRows } from "./callers";
import { unreadEnvoyRows } from "./envoy-route-rows";
import { type Envoys, envoysOf } from "./envoys";
import { openingRows } from "./gateway/opening-rows";
import { usageRows } from "./gateway/usage-rows";
import { googleRows } from "./google-rows";
import { issuerRows } from "./issuer-rows";
import { mintRows, routeRows } from "./route-rows";
import { unreadRows } from "./unread-rows";

interface Sources {
  readonly stack: StackJson;
  readonly policy: AccessPolicy;
  /** The policy; `"not read"` if the functions decide by rules that are not readable here. */
  readonly given: AccessPolicy | "not read";
  readonly envoys: Envoys;
}

/** The rows of each part. Those of the auditors are not here, because they depend on all others. */
const PARTS: Readonly<Record<string, (sources: Sources) => readonly AccessRow[]>> = {
  routes: ({ stack, policy, given, envoys }) => [...routeRows(stack, given, envoys), ...mintRows(stack, policy)],
  openings: ({ stack }) => openingRows(stack),
  usage: ({ stack, policy }) => usageRows(stack, policy),
  callers: ({ stack, policy, envoys }) => [
    ...issuerRows(stack, policy, envoys),
    ...agentRows(stack, policy),
    ...revokedRows(stack),
  ],
  aws: ({ stack }) => [...awsRows(stack), ...functionRows(stack)],
  google: ({ stack, envoys }) => googleRows(stack, envoys),
  unread: ({ stack, envoys }) => [...unreadRows(stack), ...unreadEnvoyRows(stack, envoys)],
};

/**
 * The access ledger of a stack: every principal with its permissions, resources and conditions, in both clouds. Computed
 * only from `main.tf.json` and the policies next to it. Cached, because one state is often compared with many others:
 * neither the stack nor a policy may change after it was read.
 *
 * @param given the policy in the functions' zip. Without one no function decides
 * @param envoy the policy that the Envoys in the stack enforce. Without one no Envoy is read
 */
export function accessLedger(
  stack: StackJson,
  given: AccessPolicy | "not read" = EMPTY_POLICY,
  envoy?: EnvoyPolicy,
): readonly AccessRow[] {
  const known = ledgers.get(stack) ?? [];
  const found = known.find((each) => each.given === given && each.envoy === envoy);
  if (found !== undefined) return found.rows;
  const rows = ledgerOf(stack, given, envoysOf(stack, envoy));
  ledgers.set(stack, [...known, { given, envoy, rows }]);
  return rows;
}

interface KnownLedger {
  readonly given: AccessPolicy | "not read";
  readonly envoy: EnvoyPolicy | undefined;
  readonly rows: readonly AccessRow[];
}

let ledgers = new WeakMap<StackJson, readonly KnownLedger[]>();

function ledgerOf(stack: StackJson, given: AccessPolicy | "not read", envoys: Envoys): readonly AccessRow[] {
  const policy = given === "not read" ? EMPTY_POLICY : given;
  const sources = { stack, policy, given, envoys };
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
  /** A row that denies is a protection: losing it is broader. Default: `allow`. */
  readonly effect?: "allow" | "deny";
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
    .map(({ principal, permission, resource, condition, effect = "allow" }) => ({
      effect,
      principal: stated(principal),
      action: stated(permission),
      resource: stated(resource),
      conditions: [...(condition === "-" ? [] : [stated(condition)]), { kind: "of-main-ts" }],
      from: { address: "main.ts", argument: "" },
    }));
}
