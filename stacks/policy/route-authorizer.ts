import { type DecidedBy, httpIdentitySources } from "../../contract/identity-sources";
import type { AuthorizerPolicy } from "../../contract/policy-file";
import { type DeclaredRoute, httpRoutes } from "../../packages/terraform-access-review/terraform-json/gateway-routes";
import { type StackJson, texts } from "../../packages/terraform-access-review/terraform-json/stack-json";
import { cacheTtlFindings, deciderOf, missingRoutes } from "./route-findings";
import type { Finding, PolicyRule } from "./rule";

/**
 * Every route has an authorizer whose identity sources, the key of the gateway's cache, are exactly the inputs of its
 * decision. With one too few, a caller's result is replayed to another; with one too many, the cache never hits. The
 * TTL is the one in config, and the tokens in the results outlive it.
 *
 * @param policy the authorizer's policy, which defines the public routes
 */
export function routeAuthorizer(policy: AuthorizerPolicy): PolicyRule {
  return {
    id: "route-authorizer",
    findings(stack) {
      const routes = httpRoutes(stack);
      const declared = routes.map(({ key }) => key);
      return [
        ...routes.flatMap((each) => routeFindings(stack, each, policy)),
        ...missingRoutes(policy, declared, "aws_apigatewayv2_api.gateway"),
        ...cacheTtlFindings(stack, "aws_apigatewayv2_authorizer", policy.cacheSeconds),
      ];
    },
  };
}

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
  const expected = answersFor({
    isPublic: known.access === "public",
    hasVariable: key.includes("{"),
    byAddress: policy.allowedNetworks !== undefined,
  });
  const found = {
    function: deciderOf(stack, authorizer.attributes.authorizer_uri),
    sources: texts(authorizer.attributes.identity_sources),
    simple: authorizer.attributes.enable_simple_responses,
    payload: authorizer.attributes.authorizer_payload_format_version,
  };
  if (sameAnswers(found, expected)) return [];
  const was = `${found.function} with the cache key ${found.sources.join(", ")}`;
  return [
    {
      address,
      message: `is decided by ${was}: expected ${expected.function} with the cache key ${expected.sources.join(", ")}`,
    },
  ];
}

interface Answers {
  readonly function: string | undefined;
  readonly sources: readonly string[];
  readonly simple: unknown;
  readonly payload: unknown;
}

function answersFor(by: DecidedBy): Answers {
  return {
    function: by.isPublic ? "public" : "callers",
    sources: httpIdentitySources(by),
    simple: true,
    payload: "2.0",
  };
}

function sameAnswers(a: Answers, b: Answers): boolean {
  const text = ({ sources, ...rest }: Answers) =>
    JSON.stringify([rest.function, rest.simple, rest.payload, [...sources].sort()]);
  return text(a) === text(b);
}
