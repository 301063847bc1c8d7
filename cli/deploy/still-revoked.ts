import type { PlanJson } from "../../packages/terraform-access-review/plan/plan-json";
import type { Planned, Planner } from "../plan/planner";
import { lastingRefusal, readmitted } from "../plan/readmitted";
import { assertNone } from "../process/command-error";
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
      `${name} was shut out by npm run revoke, and this apply would let it in again\n` +
      `    ${lastingRefusal(environment, name, issuers)}, or let it in first with:\n` +
      `    npm run revoke -- ${environment} ${quoted(name)} --undo`,
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
      `${name} was shut out by npm run revoke during this apply, which may have let it in again\n` +
      `    shut it out again: npm run revoke -- ${environment} ${quoted(name)}`,
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
