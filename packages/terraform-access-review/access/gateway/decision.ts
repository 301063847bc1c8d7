import { identitySourcesInWords } from "../../../../contract/identity-sources";
import type { Fact, RowFacts } from "../../model/fact";
import type { RowTerms } from "../../model/row";
import type { DeclaredRoute } from "../../terraform-json/gateway-routes";
import { invokedBy } from "../../terraform-json/invoked";
import { soleReference } from "../../terraform-json/references";
import { blocksOf, listOf, type Resource, type StackJson } from "../../terraform-json/stack-json";
import { issuerName, readable } from "../../types/named";

/** The check between a caller and a route, and its terms. */
export interface Decision {
  readonly conditions: readonly Fact[];
  /** `requires` is set only if the route has an authorizer. */
  readonly terms: RowTerms;
  /** Set if a function of this stack decides. */
  readonly decision?: Fact<"decision">;
  /** The callers that the gateway itself lets pass, if it decides without a function. */
  readonly admits?: readonly RowFacts["principal"][];
}

/** The decision on a route of either kind of API. */
export function decisionOn(stack: StackJson, { route, authorization, authorizer }: DeclaredRoute): Decision {
  if (authorization === "AWS_IAM") return BY_IAM;
  const { authorization_scopes, rest_api_id } = route.attributes;
  const isRest = route.type === "aws_api_gateway_method";
  if (!isRest && authorization === "JWT" && authorizer?.attributes.authorizer_type === "JWT") {
    return decisionByJwt(stack, authorizer, authorization_scopes);
  }
  if (authorization !== "CUSTOM" || authorizer === undefined)
    return noAuthorizer({ kind: "other-authorization", authorization });
  const { attributes } = authorizer;
  const { authorizer_uri: uri, authorizer_result_ttl_in_seconds: ttl, type } = attributes;
  if (!isRest) return decisionByFunction(stack, uri, listOf(attributes.identity_sources), ttl ?? undefined);
  if (type !== "REQUEST") return noAuthorizer({ kind: "other-type", type: type ?? "TOKEN" });
  if (attributes.rest_api_id !== rest_api_id) return noAuthorizer({ kind: "other-api" });
  const sources = String(attributes.identity_source ?? REST_DEFAULTS.source).split(",");
  return decisionByFunction(stack, uri, sources, ttl ?? REST_DEFAULTS.seconds);
}

/** A REST API's own defaults. */
const REST_DEFAULTS = { seconds: 300, source: "method.request.header.Authorization" } as const;

/** Without an authorizer of this stack, the gateway lets anyone pass. */
function noAuthorizer(why: Fact<"no-authorizer">["why"]): Decision {
  return { conditions: [{ kind: "no-authorizer", why }], terms: {} };
}

/** By the type that an authorizer names: the reason why another policy than the stack's may decide. */
const NOT_CERTAIN: ReadonlyMap<string, Fact<"unknown-function">["why"]> = new Map([
  ["aws_lambda_alias", "alias"],
  ["aws_lambda_function", "version"],
]);

/**
 * Only a function of this stack has a readable policy. Any other function may let anyone pass.
 *
 * @param given the parts of the gateway's cache key
 * @param ttl time for which the gateway caches a result; undefined if unset
 */
function decisionByFunction(stack: StackJson, uri: unknown, given: readonly string[], ttl: unknown): Decision {
  const by = invokedBy(stack, uri);
  if (by === undefined) {
    const why = NOT_CERTAIN.get(soleReference(uri)?.type ?? "") ?? "foreign";
    return noAuthorizer({ kind: "unknown-function", uri: String(uri), why });
  }
  const name = String(by.function.attributes.function_name);
  const cacheKey = identitySourcesInWords(given);
  const seconds = ttl === undefined ? undefined : Number(ttl);
  const decision: Fact<"decision"> = {
    kind: "decision",
    by: name,
    ...(seconds !== undefined && { seconds }),
    cacheKey,
  };
  return {
    conditions: [decision],
    decision,
    terms: {
      requires: [{ kind: "decided-by", name }, ...cacheKey.map((part): Fact => ({ kind: "cache-key", part }))],
      ...(seconds !== undefined && { limits: { "cache-seconds": seconds } }),
    },
  };
}

/** API Gateway's own JWT authorizer: any token of its issuer, for one of its audiences, with one of the route's scopes. */
function decisionByJwt(stack: StackJson, { attributes }: Resource, scopes: unknown): Decision {
  const [{ issuer = undefined, audience = undefined } = {}] = blocksOf(attributes.jwt_configuration);
  const audiences = listOf(audience).map((each) => readable(stack, each));
  const needs = listOf(scopes);
  const authorizer = String(attributes.name);
  return {
    admits: [{ kind: "jwt-holders", ...(issuer !== undefined && { issuer: issuerName(stack, issuer) }), audiences }],
    conditions: [
      { kind: "needs", needs },
      { kind: "jwt-decides", authorizer },
    ],
    terms: {
      permits: needs.length === 0 ? [{ kind: "any-scope" }] : needs.map((scope) => ({ kind: "need", scopes: [scope] })),
      requires: [{ kind: "decided-by", name: authorizer, isJwt: true }],
    },
  };
}

/** IAM decides. Policies outside the API's stack may also let their principals invoke the API. */
const BY_IAM: Decision = {
  admits: [{ kind: "permitted", permission: "execute-api:Invoke" }],
  conditions: [{ kind: "aws-signature" }],
  terms: { requires: [{ kind: "aws-signature" }] },
};
