import type { AccessPolicy } from "../../../contract/policy-file";
import { isAnyMet } from "../../../contract/scope-need";
import type { AccessRow } from "../model/row";
import type { StackJson } from "../terraform-json/stack-json";
import { callersOf } from "./callers";

/** What callers are held from, whatever their scopes. */
export const EVERY_SCOPED_ROUTE = "every scoped route";

/** Methods that RFC 9110 calls safe: they ask for nothing but an answer. */
const SAFE = /^(GET|HEAD|OPTIONS) /;

/** What agents are denied: an agent only reads, unless config allows it to write. */
export function agentRows(stack: StackJson, policy: AccessPolicy): readonly AccessRow[] {
  return callersOf(stack, policy).flatMap(({ name, scopes, kind }) => {
    if (kind !== "agent") return [];
    const writes = Object.entries(policy.routes).some(
      ([key, { access }]) => !SAFE.test(key) && access !== "public" && isAnyMet(access.scopes, scopes),
    );
    const row = {
      principal: name,
      permission: "DENY methods that write",
      resource: EVERY_SCOPED_ROUTE,
      condition: "agents are read-only",
    };
    return writes ? [] : [row];
  });
}
