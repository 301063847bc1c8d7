import type { AccessPolicy } from "../../../contract/policy-file";
import { isAnyMet } from "../../../contract/scope-need";
import type { AccessRow } from "../model/row";
import { resourcesOf, type StackJson } from "../terraform-json/stack-json";
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

/** Whom a function refuses whatever its policy says: in an emergency, or because config disables them. */
export function revokedRows(stack: StackJson): readonly AccessRow[] {
  return resourcesOf(stack, "aws_lambda_function").flatMap(({ name, attributes }) => {
    const [environment = {}] = [attributes.environment].flat();
    return namesIn(environment?.variables?.REVOKED_CALLERS).map((principal) => ({
      principal,
      permission: "DENY any call",
      resource: EVERY_SCOPED_ROUTE,
      condition: `disabled or revoked (REVOKED_CALLERS of function ${name})`,
    }));
  });
}

/** An unreadable list stops the function, so it lets no caller in. */
function namesIn(text: unknown): readonly string[] {
  if (typeof text !== "string") return [];
  try {
    const names: unknown = JSON.parse(text);
    return Array.isArray(names) ? names.map(String) : [];
  } catch {
    return ["every caller"];
  }
}
