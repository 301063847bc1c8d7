import type { WafIntent } from "../../intent/model/gateway-intent";
import type { Allowances } from "./allowances";
import type { DeclaredResource, DeclaredStack } from "./declared-stack";
import { type Finding, PolicyRule } from "./rule";

/** A web ACL that stands before nothing looks like protection in every list of them. Rules that only count are a choice. */
export class WebAcl extends PolicyRule {
  readonly id = "web-acl";

  constructor(
    allowances: Allowances,
    private readonly waf: WafIntent | undefined,
  ) {
    super(allowances);
  }

  findings(stack: DeclaredStack): readonly Finding[] {
    const acls = stack.ofType("aws_wafv2_web_acl");
    const stages = stack.ofType("aws_api_gateway_stage");
    const isMissed = (stage: DeclaredResource) =>
      this.waf !== undefined && !stack.ofType(ASSOCIATION).some(({ attributes }) => isOf(stack, attributes, stage));
    return [
      ...stages.filter(isMissed).map(({ address }) => ({ address, message: "has no web ACL before it: associate it" })),
      ...acls.flatMap((acl) => [
        ...(this.isBefore(stack, acl)
          ? []
          : [{ address: acl.address, message: "stands before no stage: associate it" }]),
        ...unmeasured(acl),
      ]),
    ];
  }

  private isBefore(stack: DeclaredStack, { address }: DeclaredResource): boolean {
    return stack.ofType(ASSOCIATION).some(({ attributes }) => {
      const isThis = stack.referred(attributes.web_acl_arn)?.address === address;
      return isThis && stack.referred(attributes.resource_arn)?.type === "aws_api_gateway_stage";
    });
  }
}

const ASSOCIATION = "aws_wafv2_web_acl_association";

function isOf(stack: DeclaredStack, attributes: DeclaredResource["attributes"], stage: DeclaredResource): boolean {
  const isAcl = stack.referred(attributes.web_acl_arn)?.type === "aws_wafv2_web_acl";
  return isAcl && stack.referred(attributes.resource_arn)?.address === stage.address;
}

/** Rules of which nobody would see what they do, or would do. */
function unmeasured({ address, attributes }: DeclaredResource): Finding[] {
  const rules = (attributes.rule ?? []) as {
    name?: string;
    visibility_config?: { cloudwatch_metrics_enabled?: unknown };
  }[];
  return rules
    .filter(({ visibility_config }) => visibility_config?.cloudwatch_metrics_enabled !== true)
    .map(({ name }) => ({ address, message: `has no metrics for its rule ${name}: set cloudwatch_metrics_enabled` }));
}
