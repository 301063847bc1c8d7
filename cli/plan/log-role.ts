import type { Intent } from "../../intent/model/intent";
import type { PlanJson } from "../../packages/terraform-access-review/plan/plan-json";
import { jsonIn } from "../process/json";
import { askingShell, type MaybeAsyncShell } from "../process/shell";

/** Time limit of the query, in seconds. */
const SECONDS = 15;

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
  const { code, out } = await shell("aws", args, SECONDS);
  const answer: { readonly cloudwatchRoleArn?: string } | undefined = code === 0 ? jsonIn(out) : undefined;
  if (answer === undefined || answer.cloudwatchRoleArn) return [];
  return [
    `aws.ownsAccount  got no owner: API Gateway has no role for logs in the account ${account} in ${region}, and a REST API needs one\n` +
      "    set aws.ownsAccount: true in one environment of this account and region, and deploy that one first",
  ];
}
