import { StackError } from "../../terraform/document";
import type { AttributeUse, Stack } from "../../terraform/stack";

const DOMAIN: AttributeUse = {
  read: ["domain_name"],
  immaterial: {
    domain_name_configuration: "certificate and addresses of the name; here the front door is plain HTTP on loopback",
    mutual_tls_authentication: "whose certificates are required; not checked here, which is shown as a deviation",
  },
};
const MAPPING: AttributeUse = { read: ["api_id", "domain_name", "stage"] };

/** The name by which callers know an API. */
export interface CustomDomain {
  /** `api.shop.example.com`. */
  readonly name: string;
  /** Terraform address of the mapping. */
  readonly address: string;
  /** How this machine deviates from it. */
  readonly deviations: readonly string[];
}

/**
 * The custom domain of this API and stage, if there is one. Callers that use it do not see the stage.
 *
 * @param closed whether the API's own address is disabled: then there must be a domain
 */
export function customDomain(
  stack: Stack,
  api: { readonly id: string; readonly address: string; readonly closed: boolean },
  stage: string,
): CustomDomain | undefined {
  const domains = stack.declared("aws_apigatewayv2_domain_name", DOMAIN);
  const mapping = stack
    .declared("aws_apigatewayv2_api_mapping", MAPPING)
    .find((each) => stack.value(each, "api_id") === api.id);
  if (mapping === undefined) {
    if (api.closed)
      throw new StackError(
        `${api.address}.disable_execute_api_endpoint`,
        "its default endpoint is off and no domain maps to it: no caller can reach it",
      );
    return undefined;
  }
  const named = stack.text(mapping, "domain_name");
  const domain = domains.find((each) => stack.text(each, "domain_name") === named);
  if (domain === undefined) throw new StackError(`${mapping.address}.domain_name`, `no such name: ${named}`);
  if (stack.text(mapping, "stage") !== stage) {
    throw new StackError(`${mapping.address}.stage`, `got ${stack.text(mapping, "stage")}, expected ${stage}`);
  }
  // Which certificates does not matter here, so the names of the trust store are not resolved.
  const asksForCertificates = domain.body.mutual_tls_authentication !== undefined;
  return {
    name: named,
    address: mapping.address,
    deviations: asksForCertificates
      ? [`${domain.address}: callers need no certificate here, because the front door is plain HTTP on loopback`]
      : [],
  };
}

/** Returns the filters before an API. They are not simulated here, so requests that they would refuse pass. */
export function unplayedFilters(stack: Stack): readonly string[] {
  return [
    ...stack
      .all("aws_wafv2_web_acl")
      .map(({ address }) => `${address}: AWS WAF's rules are not simulated, so nothing is filtered`),
    ...stack
      .all("aws_api_gateway_rest_api_policy")
      .map(({ address }) => `${address}: every call comes from loopback, so networks are not checked`),
  ];
}

/** The host name of a `Host` header. API Gateway's `domainName` never has a port; a local address does. */
export function domainNameOf(host: string): string {
  return host.replace(/:\d+$/, "");
}
