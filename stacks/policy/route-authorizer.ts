import { httpIdentitySources } from "../../contract/identity-sources";
import type { AuthorizerPolicy } from "../../contract/policy-file";
import { type DeclaredRoute, httpRoutes } from "../../packages/terraform-access-review/terraform-json/gateway-routes";
import { texts } from "../../packages/terraform-access-review/terraform-json/stack-json";
import {
  cacheTtlFindings,
  decidedBy,
  deciderOf,
  forwardFindings,
  missingRoutes,
  ROUTE_AUTHORIZER,
} from "./route-findings";
import { type BuiltInRule, type Finding, type StackJson, unless } from "./rule";

/**
 * Every route has an authorizer whose identity sources, the key of the gateway's cache, are exactly the inputs of its
 * decision. With one too few, a caller's result is replayed to another; with one too many, the cache never hits. The
 * TTL is the one in config, and the tokens in the results outlive it.
 */
export const routeAuthorizer: BuiltInRule<{ readonly policy: AuthorizerPolicy }> = {
  ...ROUTE_AUTHORIZER,
  findings(stack, { policy }) {
    const routes = httpRoutes(stack);
    const declared = routes.map(({ key }) => key);
    return [
      ...routes.flatMap((each) => routeFindings(stack, each, policy)),
      ...missingRoutes(policy, declared, "aws_apigatewayv2_api.gateway"),
      ...forwardFindings(stack, policy),
      ...cacheTtlFindings(stack, "aws_apigatewayv2_authorizer", () => policy.cacheSeconds),
    ];
  },
};

function routeFindings(
  stack: StackJson,
  { key, route, authorization, authorizer }: DeclaredRoute,
  policy: AuthorizerPolicy,
): Finding[] {
  const { address } = route;
  const known = policy.routes[key];
  if (known === undefined) return [{ address, message: `the policy has no route ${key}: every call would be refused` }];
  if (authorization !== "CUSTOM" || authorizer?.type !== "aws_apigatewayv2_authorizer") {
    return [{ address, message: "has no Lambda authorizer: set authorization_type CUSTOM and an authorizer" }];
  }
  const isPublic = known.access === "public";
  const byAddress = policy.allowedNetworks !== undefined;
  const expected = httpIdentitySources({ isPublic, hasVariable: key.includes("{"), byAddress });
  const wanted = isPublic ? "public" : "callers";
  const { authorizer_uri, identity_sources, enable_simple_responses, authorizer_payload_format_version } =
    authorizer.attributes;
  const by = deciderOf(stack, authorizer_uri);
  const found = texts(identity_sources);
  const isRight =
    by === wanted &&
    [...found].sort().join() === [...expected].sort().join() &&
    enable_simple_responses === true &&
    authorizer_payload_format_version === "2.0";
  return unless(isRight, address, decidedBy(by, found, wanted, expected));
}
