import type { Intent } from "../../intent/model/intent";
import { REVOKED_VARIABLE } from "../../intent/model/names";
import type { PlanJson } from "../../packages/terraform-access-review/plan/plan-json";

/**
 * Callers whom somebody shut out behind Terraform's back, and whom this apply would let in again: it takes the functions'
 * list of them away, and config does not keep them out. That config knows nobody of the name says nothing: a renamed
 * caller has another one, and until the functions' code has changed the old one counts. Where config itself lets somebody
 * in, a review has seen it.
 */
export function readmitted(
  { resource_changes = [], resource_drift = [] }: PlanJson,
  issuers: Intent["issuers"],
): readonly string[] {
  const found = resource_drift.flatMap(({ address, type, change }) => {
    if (type !== "aws_lambda_function") return [];
    const declared = revokedIn(change.before);
    const kept = revokedIn(resource_changes.find((each) => each.address === address)?.change.after);
    return revokedIn(change.after).filter((name) => !declared.includes(name) && !kept.includes(name));
  });
  return [...new Set(found)].filter((name) => !isTakenOut(name, issuers)).sort();
}

/** Whoever speaks for itself has no line among the clients: taken out of its issuer's list it is shut out. */
function isTakenOut(name: string, issuers: Intent["issuers"]): boolean {
  return issuers.some(
    (issuer) =>
      speaksForItself(name, issuer) &&
      !("clients" in issuer && issuer.clients.some((id) => name === `${issuer.id}/${id}`)),
  );
}

function speaksForItself(name: string, issuer: Intent["issuers"][number]): boolean {
  return issuer.kind === "oidc" && issuer.grants === "token" && name.startsWith(`${issuer.id}/`);
}

/** What is to be written in config for a caller that stays out. */
export function settlement(environment: string, name: string, issuers: Intent["issuers"]): string {
  const own = issuers.find((issuer) => speaksForItself(name, issuer));
  return own === undefined
    ? `write disabled: true at the client in config/${environment}.yaml`
    : `take it out of issuers.${own.id}.clients in config/`;
}

/** A name as a shell takes it for one word: subjects may hold what means something there. */
export function quoted(name: string): string {
  return /^[\w@%+=:,./-]+$/.test(name) ? name : `'${name.replaceAll("'", "'\\''")}'`;
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
