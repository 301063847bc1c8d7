import type { Intent } from "../../intent/model/intent";
import { REVOKED_VARIABLE } from "../../intent/model/names";
import type { PlanJson } from "../../packages/terraform-access-review/plan/plan-json";
import { type Attributes, blocksOf } from "../../packages/terraform-access-review/terraform-json/stack-json";
import type { Planned, Planner } from "../plan/planner";
import { assertNone } from "../process/command-error";
import { jsonIn } from "../process/json";
import { quoted } from "../process/shell";

/** The parts of a planner and of a plan that these checks use. */
type Looking = Pick<Planner, "environment" | "folder" | "make">;
type Looked = Pick<Planned, "intent" | "plan">;

/** Name of a second plan, next to the one being applied. */
const LOOK = "revoked";

/** Refuses an apply that would let in a caller who was revoked outside Terraform. */
export function assertStaysRevoked(environment: string, { plan, intent: { issuers } }: Looked): void {
  const found = readmitted(plan, issuers).map(
    (name) =>
      `${name} was shut out by npx front-door revoke, and this apply would let it in again\n` +
      `    ${lastingRefusal(environment, name, issuers)}, or let it in first with:\n` +
      `    npx front-door revoke ${environment} ${quoted(name)} --undo`,
  );
  assertNone(found, `${environment}: nothing was applied`);
}

/** Checks the functions again: a caller may have been revoked since the plan was made, and no state shows that. */
export async function assertStillRevoked(planner: Looking, { plan }: Looked): Promise<void> {
  const now = await lookAgain(planner, plan);
  if (now !== undefined) assertStaysRevoked(planner.environment, now);
}

/**
 * Checks the functions after an apply that moved an alias. Terraform publishes a version, starts its instances, and
 * moves the alias minutes later. If a caller is revoked in between, the function has the list, and the alias is moved
 * from the version with the list to one without it.
 */
export async function assertRevokedMeanwhile(planner: Looking, { plan }: Looked): Promise<void> {
  const moves = (plan.resource_changes ?? []).some(
    ({ type, change }) => type === "aws_lambda_alias" && change.actions.join() !== "no-op",
  );
  const now = moves ? await lookAgain(planner, plan) : undefined;
  const { environment } = planner;
  const found = (now === undefined ? [] : readmitted(now.plan, now.intent.issuers)).map(
    (name) =>
      `${name} was shut out by npx front-door revoke during this apply, which may have let it in again\n` +
      `    shut it out again: npx front-door revoke ${environment} ${quoted(name)}`,
  );
  assertNone(found, `${environment}: every change was applied`);
}

/** Plans only the functions of a plan, without a lock. Undefined if the plan has no function. */
async function lookAgain(planner: Looking, { resource_changes = [] }: PlanJson): Promise<Planned | undefined> {
  const functions = resource_changes.filter(({ type }) => type === "aws_lambda_function");
  if (functions.length === 0) return undefined;
  try {
    return await planner.make(LOOK, ["-lock=false", ...functions.map(({ address }) => `-target=${address}`)]);
  } finally {
    planner.folder.remove(LOOK);
  }
}

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
