import { referred, resourcesOf, texts } from "../../packages/terraform-access-review/terraform-json/stack-json";
import { type BuiltInRule, finding, type Resource, type StackJson } from "./rule";

/**
 * AWS managed policies, by the only role that may have them. AWS refuses to write an account's logs with a role that
 * lacks it.
 */
const OF_AWS: Readonly<Record<string, readonly string[]>> = {
  "aws_iam_role.gateway_logs": ["arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs"],
};

/** Types with their own access keys, and those that grant permissions to several principals. */
const NO_ROLES = /^aws_iam_(user|group|access_key|policy_attachment)/;

/**
 * A role's permissions are declared in this stack. An attached policy is the role's own, with the same name, or the AWS
 * managed policy that AWS requires. Any other policy may grant everything, and may change without a review. Only roles
 * have permissions, because users have keys.
 */
export const attachedPolicies: BuiltInRule = {
  id: "attached-policies",
  promise:
    "A role has the policies that this stack writes for it, and the one AWS managed policy that AWS requires. There are no IAM users and no access keys.",
  findings(stack) {
    const attached = [
      ...resourcesOf(stack, "aws_iam_role").map((by) => ({ by, role: by, arns: by.attributes.managed_policy_arns })),
      ...resourcesOf(stack, "aws_iam_role_policy_attachment").map((by) => ({
        by,
        role: referred(stack, by.attributes.role),
        arns: by.attributes.policy_arn,
      })),
      // This type also attaches the policies that it lists.
      ...resourcesOf(stack, "aws_iam_role_policy_attachments_exclusive").map((by) => ({
        by,
        role: referred(stack, by.attributes.role_name),
        arns: by.attributes.policy_arns,
      })),
    ];
    return [
      ...attached.flatMap(({ by, role, arns }) =>
        texts(arns)
          .filter((arn) => !isOwn(stack, role, arn))
          .map((arn) => ({
            address: by.address,
            message: `attaches ${arn} to ${role?.address ?? "a role outside this stack"}: expected only policies of this stack`,
          })),
      ),
      ...resourcesOf(stack, /./)
        .filter(({ type }) => NO_ROLES.test(type))
        .map(finding("grants permissions, but not to one role: use a role's policy")),
    ];
  },
};

function isOwn(stack: StackJson, role: Resource | undefined, arn: string): boolean {
  if (role === undefined) return false;
  if (OF_AWS[role.address]?.includes(arn)) return true;
  const named = referred(stack, arn);
  if (named?.type === "aws_iam_policy") {
    return arn === `\${${named.address}.arn}` && referred(stack, named.attributes.name)?.address === role.address;
  }
  // An attachment of the same role, which is checked separately.
  return (
    named?.type === "aws_iam_role_policy_attachment" &&
    arn === `\${${named.address}.policy_arn}` &&
    referred(stack, named.attributes.role)?.address === role.address
  );
}
