import { publishedBy } from "../../packages/terraform-access-review/terraform-json/invoked";
import { referred, resourcesOf } from "../../packages/terraform-access-review/terraform-json/stack-json";
import { type BuiltInRule, finding, unless } from "./rule";

const NOT_PUBLISHED =
  "does not send all calls to the version that its function publishes: expected function_version of that function, publish on it, and no routing_config";

/**
 * An alias sends every call to the version that its function publishes, so that a deploy and a revocation take effect
 * immediately. Instances are kept for that version. If they were kept for the alias, Lambda would invoke the former
 * version until new ones are started.
 */
export const liveAlias: BuiltInRule = {
  id: "live-alias",
  promise:
    "The alias of a function sends every call to the version that the function publishes, and Lambda keeps instances of that version.",
  findings: (stack) => [
    ...resourcesOf(stack, "aws_lambda_alias")
      .filter((alias) => publishedBy(stack, alias) === undefined)
      .map(finding(NOT_PUBLISHED)),
    ...resourcesOf(stack, "aws_lambda_provisioned_concurrency_config").flatMap(({ address, attributes }) => {
      const target = referred(stack, attributes.function_name);
      const expected = `\${${target?.address}.version}`;
      const isLive = target?.type === "aws_lambda_function" && attributes.qualifier === expected;
      return unless(isLive, address, `keeps instances for ${attributes.qualifier}: expected ${expected}`);
    }),
  ],
};
