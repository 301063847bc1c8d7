import type { GatewayIntent } from "../../intent/model/gateway-intent";
import { referred, resourcesOf } from "../../packages/terraform-access-review/terraform-json/stack-json";
import { type BuiltInRule, type Finding, finding, type Resource, type StackJson, unless } from "./rule";

/**
 * The web ACL must be attached: an unattached one looks like protection in every list. Rules that only count are
 * allowed.
 */
export const webAcl: BuiltInRule<{ readonly gateway: Pick<GatewayIntent, "waf"> }> = {
  id: "web-acl",
  promise: "A web ACL in config is associated with the API's stage.",
  findings(stack, { gateway: { waf } }) {
    const acls = resourcesOf(stack, "aws_wafv2_web_acl");
    const stages = resourcesOf(stack, "aws_api_gateway_stage");
    const isMissed = (stage: Resource) =>
      waf !== undefined && !resourcesOf(stack, ASSOCIATION).some(({ attributes }) => isOf(stack, attributes, stage));
    return [
      ...stages.filter(isMissed).map(finding("has no web ACL: associate one")),
      ...acls.flatMap((acl) => [
        ...unless(isBefore(stack, acl), acl.address, "is associated with no stage: associate it"),
        ...unmeasured(acl),
      ]),
    ];
  },
};

function isBefore(stack: StackJson, { address }: Resource): boolean {
  return resourcesOf(stack, ASSOCIATION).some(({ attributes }) => {
    const isThis = referred(stack, attributes.web_acl_arn)?.address === address;
    return isThis && referred(stack, attributes.resource_arn)?.type === "aws_api_gateway_stage";
  });
}

const ASSOCIATION = "aws_wafv2_web_acl_association";

function isOf(stack: StackJson, attributes: Resource["attributes"], stage: Resource): boolean {
  const isAcl = referred(stack, attributes.web_acl_arn)?.type === "aws_wafv2_web_acl";
  return isAcl && referred(stack, attributes.resource_arn)?.address === stage.address;
}

/** Rules without metrics: their effect, or possible effect, would not be visible. */
function unmeasured({ address, attributes }: Resource): Finding[] {
  const rules = (attributes.rule ?? []) as { name?: string; visibility_config?: Resource["attributes"] }[];
  return rules.flatMap(({ name, visibility_config }) => {
    const message = `has no metrics for its rule ${name}: set cloudwatch_metrics_enabled`;
    return unless(visibility_config?.cloudwatch_metrics_enabled === true, address, message);
  });
}
