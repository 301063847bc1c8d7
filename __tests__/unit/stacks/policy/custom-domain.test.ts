import { ApiGatewayDomainName } from "@cdktf/provider-aws/lib/api-gateway-domain-name";
import { DOMAIN, httpWith, restWith } from "../../../support/domains";
import { violations } from "../../../support/policy";

const NAME = "aws_apigatewayv2_domain_name.gateway";

describe.each([
  ["http", httpWith, "aws_apigatewayv2_api.gateway"],
  ["rest", restWith, "aws_api_gateway_rest_api.gateway"],
] as const)("an API of kind %s with a domain", (_, withGateway, api) => {
  const intent = withGateway({ domain: DOMAIN });

  test("breaks no rule", () => {
    expect(violations(() => {}, intent)).toEqual([]);
  });

  test("that keeps its own address open stops the synthesis", () => {
    expect(violations((find) => find(api).addOverride("disable_execute_api_endpoint", false), intent)).toEqual([
      expect.stringContaining(`${api}: has an open default endpoint in addition to ${DOMAIN.name}`),
    ]);
  });
});

test("may have both addresses open while callers migrate to the domain", () => {
  for (const records of ["none", "validation"]) {
    expect(violations(() => {}, httpWith({ domain: { name: DOMAIN.name, records } }))).toEqual([]);
  }
});

test("a domain without a mapping stops the synthesis", () => {
  const found = violations(
    (find) => find("aws_apigatewayv2_api_mapping.gateway").addOverride("domain_name", "another.example.com"),
    httpWith({ domain: DOMAIN }),
  );
  expect(found).toEqual([expect.stringContaining(`${NAME}: maps to no API`)]);
});

test("a domain that accepts older TLS stops the synthesis", () => {
  const found = violations(
    (find) => find(NAME).addOverride("domain_name_configuration.security_policy", "TLS_1_0"),
    httpWith({ domain: DOMAIN }),
  );
  expect(found).toEqual([expect.stringContaining(`${NAME}: accepts versions other than TLS 1.2 and 1.3`)]);
});

test("a domain that is not in config stops the synthesis", () => {
  const other = violations(
    (find) => find(NAME).addOverride("domain_name", "back.example.com"),
    httpWith({ domain: DOMAIN }),
  );
  expect(other).toEqual([expect.stringContaining(`${NAME}: is back.example.com: expected ${DOMAIN.name}`)]);
});

test("a domain mapped to an API of another stack stops the synthesis", () => {
  const found = violations(
    (find) => find("aws_apigatewayv2_api_mapping.gateway").addOverride("api_id", "abc123"),
    httpWith({ domain: DOMAIN }),
  );
  expect(found).toEqual([
    expect.stringContaining(
      `aws_apigatewayv2_api_mapping.gateway: maps ${DOMAIN.name} to abc123, which is not an API of this stack`,
    ),
  ]);
});

test("a domain of API Gateway's first interface stops the synthesis, with and without one in config", () => {
  for (const intent of [httpWith({}), restWith({ domain: DOMAIN })]) {
    const found = violations((_, stack) => {
      new ApiGatewayDomainName(stack, "other", { domainName: "other.example.com" });
    }, intent);
    expect(found).toEqual([
      expect.stringContaining("aws_api_gateway_domain_name.other: is a type of API Gateway's version 1"),
    ]);
  }
});
