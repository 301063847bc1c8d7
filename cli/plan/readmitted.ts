import type { AuthorizerPolicy } from "../../functions/authorizer/policy";
import { REVOKED_VARIABLE } from "../../intent/names";
import type { PlanJson } from "../../review/plan/plan-json";
import { callerNames } from "../revoke/caller";

/**
 * Callers whom somebody shut out behind Terraform's back, and whom this apply would let in again: config does not say
 * that they are, so the plan takes the functions' list of them away. Where config itself lets them in, a review has seen it.
 *
 * @param policy what the functions are to decide by
 */
export function readmitted(
  { resource_changes = [], resource_drift = [] }: PlanJson,
  policy: AuthorizerPolicy,
): readonly string[] {
  const known = callerNames(policy);
  const found = resource_drift.flatMap(({ address, type, change }) => {
    if (type !== "aws_lambda_function") return [];
    const declared = revokedIn(change.before);
    const planned = resource_changes.find((each) => each.address === address)?.change.after;
    const kept = revokedIn(planned);
    return revokedIn(change.after).filter(
      (name) => !declared.includes(name) && !kept.includes(name) && known.includes(name),
    );
  });
  return [...new Set(found)].sort();
}

type Attributes = Readonly<Record<string, unknown>>;

function revokedIn(attributes: unknown): readonly string[] {
  const { environment } = (attributes ?? {}) as Attributes;
  const [{ variables = {} } = {}] = [environment].flat() as { readonly variables?: Readonly<Record<string, string>> }[];
  try {
    const names: unknown = JSON.parse(variables[REVOKED_VARIABLE] ?? "[]");
    return Array.isArray(names) ? names.map(String) : [];
  } catch {
    // The function refuses everybody: whoever wrote that will see it in the plan.
    return [];
  }
}
