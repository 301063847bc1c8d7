import { awsPolicies } from "../../packages/terraform-access-review/access/aws-policies";
import { referred, resourcesOf } from "../../packages/terraform-access-review/terraform-json/stack-json";
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
  findings: (stack) => [
    ...awsPolicies(stack).flatMap(({ by, holder, arn }) => {
      if (holder?.kind !== "role" || arn === undefined || isOwn(stack, holder.own, arn)) return [];
      const role = holder.own?.address ?? "a role outside this stack";
      return [{ address: by.address, message: `attaches ${arn} to ${role}: expected only policies of this stack` }];
    }),
    ...resourcesOf(stack, /./)
      .filter(({ type }) => NO_ROLES.test(type))
      .map(finding("grants permissions, but not to one role: use a role's policy")),
  ],
};

function isOwn(stack: StackJson, role: Resource | undefined, arn: string): boolean {
  if (role === undefined) return false;
  if (OF_AWS[role.address]?.includes(arn)) return true;
  const named = referred(stack, arn);
  const isWhole = named?.type === "aws_iam_policy" && arn === `\${${named.address}.arn}`;
  return isWhole && referred(stack, named.attributes.name)?.address === role.address;
}
