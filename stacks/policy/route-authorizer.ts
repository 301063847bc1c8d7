import { type DecidedBy, httpIdentitySources } from "../../contract/identity-sources";
import type { AuthorizerPolicy } from "../../contract/policy-file";
import { texts } from "../../terraform-json/iam-statements";
import type { Allowances } from "./allowances";
import type { DeclaredResource, DeclaredStack } from "./declared-stack";
import { keptAnswers } from "./kept-answers";
import { missingRoutes } from "./missing-routes";
import { type Finding, PolicyRule } from "./rule";

/**
 * Every route has an authorizer whose identity sources, the key of the gateway's cache, hold exactly what its answer
 * depends on: one too few replays a caller's answer to another, one too many is a cache that never hits. It keeps none
 * longer than config says, which is what the tokens in them live.
 */
export class RouteAuthorizer extends PolicyRule {
  readonly id = "route-authorizer";

  /** @param policy what the authorizer decides by: it says which routes are public. */
  constructor(
    allowances: Allowances,
    private readonly policy: AuthorizerPolicy,
  ) {
    super(allowances);
  }

  findings(stack: DeclaredStack): readonly Finding[] {
    const routes = stack.ofType("aws_apigatewayv2_route");
    const declared = routes.map(({ attributes }) => String(attributes.route_key));
    return [
      ...routes.flatMap((route) => this.route(stack, route)),
      ...missingRoutes(this.policy, declared, "aws_apigatewayv2_api.gateway"),
      ...keptAnswers(stack, "aws_apigatewayv2_authorizer", this.policy.cacheSeconds),
    ];
  }

  private route(stack: DeclaredStack, { address, attributes }: DeclaredResource): Finding[] {
    const key = String(attributes.route_key);
    const known = this.policy.routes[key];
    if (known === undefined)
      return [{ address, message: `the policy has no route ${key}: every call would be refused` }];
    const authorizer = stack.referred(attributes.authorizer_id);
    if (attributes.authorization_type !== "CUSTOM" || authorizer?.type !== "aws_apigatewayv2_authorizer") {
      return [{ address, message: "has no Lambda authorizer: set authorization_type CUSTOM and an authorizer" }];
    }
    const expected = answersFor({
      isPublic: known.access === "public",
      hasVariable: key.includes("{"),
      byAddress: this.policy.allowedNetworks !== undefined,
    });
    const found = {
      function: stack.referred(authorizer.attributes.authorizer_uri)?.name,
      sources: texts(authorizer.attributes.identity_sources),
      simple: authorizer.attributes.enable_simple_responses,
      payload: authorizer.attributes.authorizer_payload_format_version,
    };
    if (sameAnswers(found, expected)) return [];
    const was = `${found.function} keyed by ${found.sources.join(", ")}`;
    return [
      {
        address,
        message: `is decided by ${was}: expected ${expected.function} keyed by ${expected.sources.join(", ")}`,
      },
    ];
  }
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
