import { customDomain, unplayedFilters } from "../../../../../packages/local-front-door/gateway/shared/custom-domain";
import type { TerraformDocument } from "../../../../../packages/local-front-door/terraform/document";
import { Stack } from "../../../../../packages/local-front-door/terraform/stack";

const PROVIDERS = {
  aws: [{ region: "eu-west-1", allowed_account_ids: ["111122223333"] }],
  google: [{ project: "shop-dev", region: "europe-west1" }],
};
const API = { id: "a1b2c3d4e5", address: "aws_api_gateway_rest_api.gateway", closed: true };

const stackOf = (resource: TerraformDocument["resource"]) => Stack.of({ provider: PROVIDERS, resource }, "/nowhere");
const named = (domain: object = {}, mapping: object = {}) =>
  stackOf({
    aws_apigatewayv2_domain_name: {
      gateway: { domain_name: "api.shop.example.com", domain_name_configuration: {}, ...domain },
    },
    aws_apigatewayv2_api_mapping: {
      gateway: { api_id: API.id, domain_name: "${aws_apigatewayv2_domain_name.gateway.id}", stage: "live", ...mapping },
    },
  });

test("a domain maps to the API's stage", () => {
  expect(customDomain(named(), API, "live")).toEqual({
    name: "api.shop.example.com",
    address: "aws_apigatewayv2_api_mapping.gateway",
    deviations: [],
  });
});

test("an API without a domain is called by its default endpoint", () => {
  expect(customDomain(stackOf({}), { ...API, closed: false }, "live")).toBeUndefined();
});

test.each([
  ["no domain maps to it", stackOf({}), "its default endpoint is off and no domain maps to it: no caller can reach it"],
  ["the domain maps to another API", named({}, { api_id: "other" }), "no caller can reach it"],
  ["the domain maps to another stage", named({}, { stage: "test" }), "got test, expected live"],
  [
    "the mapping's domain does not exist",
    named({}, { domain_name: "other.example.com" }),
    "no such name: other.example.com",
  ],
  ["an attribute is unknown", named({ routing_mode: "X" }), "routing_mode"],
])("if its default endpoint is off and %s, the start is refused", (_, stack, message) => {
  expect(() => customDomain(stack, API, "live")).toThrow(message);
});

test("client certificates, which are not required here, are a deviation", () => {
  const { deviations } = customDomain(named({ mutual_tls_authentication: {} }), API, "live") ?? {};
  expect(deviations).toEqual([expect.stringContaining("callers need no certificate here")]);
});

test("filters that are not simulated are a deviation", () => {
  const stack = stackOf({ aws_wafv2_web_acl: { gateway: {} }, aws_api_gateway_rest_api_policy: { gateway: {} } });
  expect(unplayedFilters(stack)).toEqual([
    expect.stringContaining("aws_wafv2_web_acl.gateway: AWS WAF's rules are not simulated"),
    expect.stringContaining("aws_api_gateway_rest_api_policy.gateway: every call comes from loopback"),
  ]);
  expect(unplayedFilters(stackOf({}))).toEqual([]);
});
