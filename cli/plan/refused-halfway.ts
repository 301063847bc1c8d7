import type { Intent } from "../../intent/model/intent";
import type { PlanJson } from "../../packages/terraform-access-review/plan/plan-json";
import type { Attributes } from "../../packages/terraform-access-review/terraform-json/stack-json";
import { jsonIn } from "../process/json";
import { askingShell, type MaybeAsyncShell } from "../process/shell";
import { answerTo, NAMED_TYPES } from "./named-objects";

/** What the clouds would refuse half-way through an apply. Each check asks them with the user's own `aws` and `gcloud`. */
export async function refusedHalfway(intent: Intent, plan: PlanJson): Promise<readonly string[]> {
  const answers = [missingRoles, missingLogRole, blockedNames].map((check) => check(intent, plan));
  return (await Promise.all(answers)).flat();
}

/** Time limit of one query, in seconds. */
const QUERY_SECONDS = 15;

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
    const { code, error } = await shell(
      "aws",
      ["iam", "get-role", "--role-name", name, "--output", "json"],
      QUERY_SECONDS,
    );
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

/** Types whose creation or change AWS refuses while API Gateway has no role to write logs with. */
const WRITES_LOGS = /^aws_api_gateway_(stage|method_settings)$/;

/**
 * Whether the account and region lack the role with which API Gateway writes the logs of REST APIs, and this
 * environment does not declare it. AWS would refuse the stage half-way through an apply. Uses the user's own `aws`.
 * Reports nothing if `aws` is missing, has no credentials, or lacks permission.
 */
export async function missingLogRole(
  { environment, aws: { account, region, ownsAccount } }: Pick<Intent, "environment" | "aws">,
  { resource_changes = [] }: PlanJson,
  shell: MaybeAsyncShell = askingShell,
): Promise<readonly string[]> {
  const writes = resource_changes.some(
    ({ type, change: { actions } }) => WRITES_LOGS.test(type) && /create|update/.test(actions.join()),
  );
  if (ownsAccount || !writes) return [];
  console.error(`${environment}: asking AWS for the role with which API Gateway writes logs`);
  const args = ["apigateway", "get-account", "--region", region, "--output", "json"];
  const { code, out } = await shell("aws", args, QUERY_SECONDS);
  const answer: { readonly cloudwatchRoleArn?: string } | undefined = code === 0 ? jsonIn(out) : undefined;
  if (answer === undefined || answer.cloudwatchRoleArn) return [];
  return [
    `aws.ownsAccount  got no owner: API Gateway has no role for logs in the account ${account} in ${region}, and a REST API needs one\n` +
      "    set aws.ownsAccount: true in one environment of this account and region, and deploy that one first",
  ];
}

/**
 * Planned objects whose name belongs to a deleted one, so that the apply would fail half-way. Uses the person's own
 * `aws` and `gcloud`. Reports nothing if a tool is missing, has no credentials, or lacks permission.
 */
export async function blockedNames(
  { environment, aws, google }: Pick<Intent, "environment" | "aws" | "google">,
  { resource_changes = [] }: PlanJson,
  shell: MaybeAsyncShell = askingShell,
): Promise<readonly string[]> {
  const made = resource_changes.filter(
    ({ type, change }) => NAMED_TYPES[type]?.isDeleted !== undefined && change.actions.includes("create"),
  );
  if (made.length > 0) console.error(`${environment}: asking the clouds for deleted objects of the same names`);
  const found = await Promise.all(
    made.map(async ({ address, type, change }): Promise<readonly string[]> => {
      const { describe, isDeleted, remedy } = NAMED_TYPES[type] ?? {};
      if (describe === undefined) return [];
      const object = { project: google.project, ...(change.after as Attributes) };
      const question = describe(object, aws);
      if (change.actions.includes("delete")) {
        const former = describe({ project: google.project, ...(change.before as Attributes) }, aws);
        if (former.join(" ") === question.join(" ")) return [replacement(environment, address)];
      }
      const answer = await answerTo(question, shell);
      if (answer === undefined || !isDeleted?.(answer)) return [];
      return [`${address}: a deleted object keeps the name\n    ${remedy?.(object)}`];
    }),
  );
  return found.flat();
}

function replacement(environment: string, address: string): string {
  return (
    `${address}: this plan deletes the object, and its name is then blocked for the new one\n` +
    `    keep it with: terraform -chdir=cdktf.out/stacks/${environment} untaint ${address}`
  );
}
