import type { Resource } from "../terraform/document";
import type { Stack } from "../terraform/stack";

const INLINE = { read: ["role_name", "policy_names"], immaterial: {} } as const;
const MANAGED = { read: ["role_name", "policy_arns"], immaterial: {} } as const;
const ATTACHMENT = { read: ["role", "policy_arn"], immaterial: {} } as const;

/** AWS managed policies that do not allow the principal to assume a role. Nothing else about them matters here. */
const HARMLESS: readonly string[] = [
  "arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs",
  "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
];

/**
 * Checks how an apply changes a role's policies beyond declaring them. `aws_iam_role_policies_exclusive` removes
 * policies that it does not list. `aws_iam_role_policy_attachments_exclusive` attaches those that it lists. Either
 * could leave the role with policies other than the declared ones, so both must list exactly those.
 */
export function requireDeclaredPoliciesAlone(stack: Stack, rolePolicies: readonly Resource[]): void {
  for (const exclusive of stack.declared("aws_iam_role_policies_exclusive", INLINE)) {
    const role = stack.text(exclusive, "role_name");
    const declared = rolePolicies.filter((policy) => stack.text(policy, "role") === role);
    const names = declared.map((policy) => stack.text(policy, "name")).sort();
    const listed = [...stack.texts(exclusive, "policy_names")].sort();
    if (names.join() === listed.join()) continue;
    stack.fault(
      `${exclusive.address}.policy_names`,
      `lists [${listed}], and the declared policies of ${role} are [${names}]: an apply would remove some`,
    );
  }
  for (const exclusive of stack.declared("aws_iam_role_policy_attachments_exclusive", MANAGED)) {
    const unknown = stack.texts(exclusive, "policy_arns").find((arn) => !HARMLESS.includes(arn));
    if (unknown === undefined) continue;
    stack.fault(`${exclusive.address}.policy_arns`, `the stand-in does not know the policy ${unknown}`);
  }
  for (const attachment of stack.declared("aws_iam_role_policy_attachment", ATTACHMENT)) {
    const arn = stack.text(attachment, "policy_arn");
    if (HARMLESS.includes(arn)) continue;
    stack.fault(`${attachment.address}.policy_arn`, `the stand-in does not know the policy ${arn}`);
  }
}
