import {
  type Resource,
  referred,
  resourcesOf,
  type StackJson,
  texts,
} from "../../packages/terraform-access-review/terraform-json/stack-json";
import type { Finding, PolicyRule } from "./rule";

/** Policies of AWS's own, by the one role that has them: AWS refuses to write an account's logs as a role without it. */
const OF_AWS: Readonly<Record<string, readonly string[]>> = {
  "aws_iam_role.gateway_logs": ["arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs"],
};

/** Who has keys of his own, and what gives to more than one. */
const NO_ROLES = /^aws_iam_(user|group|access_key|policy_attachment)/;

/**
 * The permissions of a role are declared in this stack: a policy attached to it is its own, of the same name, or the AWS
 * managed policy that AWS requires. A policy of others may grant everything, and change without a review. Only roles have
 * permissions: users have keys.
 */
export const attachedPolicies: PolicyRule = {
  id: "attached-policies",
  findings(stack: StackJson): readonly Finding[] {
    const attached = [
      ...resourcesOf(stack, "aws_iam_role").map((role) => ({
        by: role,
        role,
        arns: role.attributes.managed_policy_arns,
      })),
      ...resourcesOf(stack, "aws_iam_role_policy_attachment").map((by) => ({
        by,
        role: referred(stack, by.attributes.role),
        arns: by.attributes.policy_arn,
      })),
      // It attaches what it lists.
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
            message: `gives ${role?.address ?? "a role of others"} ${arn}: expected statements of this stack alone`,
          })),
      ),
      ...resourcesOf(stack, /./)
        .filter(({ type }) => NO_ROLES.test(type))
        .map(({ address }) => ({ address, message: "gives permissions to others than one role: use a role" })),
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
  // An attachment of the same role, which is looked at by itself.
  return (
    named?.type === "aws_iam_role_policy_attachment" &&
    arn === `\${${named.address}.policy_arn}` &&
    referred(stack, named.attributes.role)?.address === role.address
  );
}
