import { authorizerPolicy } from "../../../../stacks/authorizer-policy";
import { violations } from "../../../support/policy";
import { stackOf } from "../../../support/stack";
import { variantOf } from "../../../support/variant";

const NETWORKS = ["198.51.100.0/24", "203.0.113.0/24"];
const ADDRESS = "$context.identity.sourceIp";
const http = variantOf("dev", { gateway: { allowedNetworks: NETWORKS } });
const rest = variantOf("dev", { gateway: { kind: "rest", allowedNetworks: NETWORKS } });

test("an HTTP API's function gets the networks, and the cache key includes the IP address", () => {
  expect(authorizerPolicy(http).allowedNetworks).toEqual(NETWORKS);
  for (const { identity_sources } of Object.values(stackOf(http).all("aws_apigatewayv2_authorizer"))) {
    expect((identity_sources as string[]).at(-1)).toBe(ADDRESS);
  }
  expect(violations(() => {}, http)).toEqual([]);
});

test("an authorizer without the IP address in its cache key stops the synthesis", () => {
  const found = violations((find) => {
    const authorizer = find("aws_apigatewayv2_authorizer.scoped") as unknown as { identitySources: string[] };
    authorizer.identitySources = authorizer.identitySources.filter((source) => source !== ADDRESS);
  }, http);
  expect(found[0]).toContain(
    `expected callers with the cache key $request.header.Authorization, $context.routeKey, $stageVariables.policy, ${ADDRESS}`,
  );
});

test("a REST API checks networks itself, and neither the function nor the cache key depends on them", () => {
  expect(authorizerPolicy(rest)).not.toHaveProperty("allowedNetworks");
  expect(JSON.stringify(stackOf(rest).all("aws_api_gateway_authorizer"))).not.toContain("sourceIp");
  expect(stackOf(rest).all("aws_api_gateway_rest_api_policy")).toHaveProperty("gateway");
});
