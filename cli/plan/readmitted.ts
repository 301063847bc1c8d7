import type { Intent } from "../../intent/model/intent";
import { REVOKED_VARIABLE } from "../../intent/model/names";
import type { PlanJson } from "../../packages/terraform-access-review/plan/plan-json";
import { type Attributes, blocksOf } from "../../packages/terraform-access-review/terraform-json/stack-json";
import { jsonIn } from "../process/json";

/**
 * Callers that were revoked outside Terraform and that this apply would admit again: it removes the functions' list of
 * revoked callers, and config does not refuse them. A name unknown to config also counts: a renamed caller has a new
 * name, and the old one is valid until the functions' code changes. A caller that config admits has been reviewed.
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
  return [...new Set(found)].filter((name) => !isRemovedFromIssuer(name, issuers)).sort();
}

/** A caller that its issuer lists has no entry among the clients. Removing it from that list revokes it. */
function isRemovedFromIssuer(name: string, issuers: Intent["issuers"]): boolean {
  return issuers.some(
    (issuer) =>
      listsCaller(name, issuer) && !("clients" in issuer && issuer.clients.some((id) => name === `${issuer.id}/${id}`)),
  );
}

function listsCaller(name: string, issuer: Intent["issuers"][number]): boolean {
  return issuer.kind === "oidc" && issuer.grants === "token" && name.startsWith(`${issuer.id}/`);
}

/** The change in config that keeps a caller out. */
export function lastingRefusal(environment: string, name: string, issuers: Intent["issuers"]): string {
  const own = issuers.find((issuer) => listsCaller(name, issuer));
  return own === undefined
    ? `write disabled: true at the client in config/${environment}.yaml`
    : `remove it from issuers.${own.id}.clients in config/`;
}

function revokedIn(attributes: unknown): readonly string[] {
  const [environment] = blocksOf((attributes as Attributes | null | undefined)?.environment);
  // If the value is not a list, the function refuses every caller, and the plan shows that.
  const names: unknown = jsonIn(environment?.variables?.[REVOKED_VARIABLE]);
  return Array.isArray(names) ? names.map(String) : [];
}
