import { callersOfIntent } from "../../intent/model/declared-callers";
import { ANYONE, type Expectation } from "../../intent/model/expectation";
import type { Intent } from "../../intent/model/intent";
import { isCall } from "../../packages/terraform-access-review/change/access-change";
import { type AccessRow, NO_CALLER } from "../../packages/terraform-access-review/model/row";
import type { StackJson } from "../../packages/terraform-access-review/terraform-json/stack-json";
import { type Breach, brokenCalls, type CallAccess } from "./calls";
import { brokenGrants } from "./grants";

/** The breaches of the expectations by a stack and its ledger; none if it meets them all. */
export function breaches(
  expectations: readonly Expectation[],
  intent: Intent,
  stack: StackJson,
  rows: readonly AccessRow[],
): readonly Breach[] {
  const access = callAccess(intent, rows);
  return expectations.flatMap((each) =>
    each.action === "call" ? brokenCalls(each, access) : brokenGrants(each, intent, stack),
  );
}

/** The principals that a ledger admits, by route. A row that denies removes none, because main.ts can add such rows. */
export function admittedIn(rows: readonly AccessRow[]): ReadonlyMap<string, readonly string[]> {
  const admitted = new Map<string, string[]>();
  for (const { principal, permission } of rows.filter((row) => isCall(row.permission))) {
    const names = admitted.get(permission) ?? [];
    admitted.set(permission, names);
    if (principal !== NO_CALLER && !names.includes(principal)) names.push(principal);
  }
  return admitted;
}

/** Who may call which route, by the ledger's rows. */
function callAccess(intent: Intent, rows: readonly AccessRow[]): CallAccess {
  const admitted = admittedIn(rows);
  const denied = rows.filter(({ permission }) => permission === "DENY any call");
  const revoked = new Set(denied.map(({ principal }) => principal));
  return {
    callers: callersOfIntent(intent),
    routes: [...admitted.keys()],
    admitted: (route) => admitted.get(route) ?? [],
    refusal: (caller) => (caller === ANYONE ? "authorization-count" : revoked.has(caller) ? "client-revoked" : "scope"),
  };
}
