import type { GatewayIntent } from "../../intent/model/gateway-intent";
import { referred, resourcesOf } from "../../packages/terraform-access-review/terraform-json/stack-json";
import { type BuiltInRule, type Finding, finding, type StackJson, unless } from "./rule";

/** Resource types that also give a REST API a domain. */
const FIRST_INTERFACE = [
  "aws_api_gateway_base_path_mapping",
  "aws_api_gateway_domain_name",
  "aws_api_gateway_domain_name_access_association",
];

/**
 * The domain is the API's only address. Otherwise a caller refused at the domain could use the API's own address.
 */
export const customDomain: BuiltInRule<{ readonly gateway: Pick<GatewayIntent, "domain"> }> = {
  id: "custom-domain",
  promise: "With a custom domain, the API's default endpoint is off.",
  findings(stack, { gateway: { domain } }) {
    const domains = resourcesOf(stack, "aws_apigatewayv2_domain_name");
    const strange = domains.filter(({ attributes }) => attributes.domain_name !== domain?.name);
    const mappings = resourcesOf(stack, "aws_apigatewayv2_api_mapping");
    const weak = domains.filter(({ attributes }) => {
      const { security_policy } = (attributes.domain_name_configuration ?? {}) as { security_policy?: unknown };
      return security_policy !== "TLS_1_2";
    });
    const unmapped = domains.filter(
      ({ address }) => !mappings.some(({ attributes }) => referred(stack, attributes.domain_name)?.address === address),
    );
    return [
      ...resourcesOf(stack, ...FIRST_INTERFACE).map(
        finding("is a type of API Gateway's version 1, which no rule checks: declare aws_apigatewayv2_domain_name"),
      ),
      ...strange.map(({ address, attributes }) => {
        const expected = domain?.name ?? "no domain, as in the config";
        return { address, message: `is ${attributes.domain_name}: expected ${expected}` };
      }),
      ...weak.map(finding("accepts versions other than TLS 1.2 and 1.3: set security_policy to TLS_1_2")),
      ...unmapped.map(finding("maps to no API: add a mapping")),
      ...(domain?.step === "live" ? openFindings(stack, domain.name) : []),
    ];
  },
};

/** APIs that are reachable at another address in addition to the domain. */
function openFindings(stack: StackJson, name: string): Finding[] {
  return resourcesOf(stack, "aws_apigatewayv2_api_mapping").flatMap(({ address, attributes }) => {
    const api = referred(stack, attributes.api_id);
    if (api === undefined)
      return [{ address, message: `maps ${name} to ${attributes.api_id}, which is not an API of this stack` }];
    return unless(
      api.attributes.disable_execute_api_endpoint === true,
      api.address,
      `has an open default endpoint in addition to ${name}: set disable_execute_api_endpoint`,
    );
  });
}
