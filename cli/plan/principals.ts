import type { Intent } from "../../intent/model/intent";
import type { PlanJson } from "../../packages/terraform-access-review/plan/plan-json";
import { askingShell, type MaybeAsyncShell } from "../process/shell";

/** Time limit of one query, in seconds. */
const SECONDS = 15;

/**
 * AWS roles that a planned change names and that do not exist. Half-way through an apply, AWS would refuse a policy that
 * names one. Uses the user's own `aws`. Reports nothing if `aws` is missing, has no credentials, or lacks permission.
 */
export async function missingRoles(
  { environment, aws: { account, deployers }, clients, auditors }: Intent,
  { resource_changes = [] }: PlanJson,
  shell: MaybeAsyncShell = askingShell,
): Promise<readonly string[]> {
  const changes = JSON.stringify(
    resource_changes.filter(({ change }) => change.actions.join() !== "no-op").map(({ change }) => change.after),
  );
  const named = [
    ...deployers,
    ...(auditors?.awsRoles ?? []),
    ...clients.flatMap((client) => (client.grant === "client_credentials" ? client.readers : [])),
  ];
  const roles = [...new Set(named)].filter(
    (arn) => arn.startsWith(`arn:aws:iam::${account}:`) && changes.includes(arn),
  );
  if (roles.length > 0) console.error(`${environment}: asking AWS for the roles that this change names`);
  const missing: string[] = [];
  for (const arn of roles) {
    const name = arn.slice(arn.lastIndexOf("/") + 1);
    const { code, error } = await shell("aws", ["iam", "get-role", "--role-name", name, "--output", "json"], SECONDS);
    if (code === 0) continue;
    if (/NoSuchEntity/.test(error)) missing.push(arn);
    // Without credentials, every other query would fail too.
    else if (!/AccessDenied/.test(error)) break;
  }
  return missing.map(
    (arn) =>
      `${arn} does not exist, and this apply would name it in a policy\n    create the role, or remove it from config/`,
  );
}
