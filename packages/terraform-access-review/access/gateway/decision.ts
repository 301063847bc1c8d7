import { identitySourcesInWords } from "../../../../contract/identity-sources";
import { keyTerm, type RouteDecision, type RowTerms } from "../../model/row";
import type { DeclaredRoute } from "../../terraform-json/gateway-routes";
import { invokedBy } from "../../terraform-json/invoked";
import { soleReference } from "../../terraform-json/references";
import { blocksOf, listOf, type Resource, type StackJson } from "../../terraform-json/stack-json";
import { readable } from "../../types/words";
import { issuerInWords } from "../sidecar/callers";
import { decisionInWords } from "./usual-decisions";

/** The check between a caller and a route, in words and in terms. */
export interface Decision {
  readonly condition: string;
  /** `requires` is set only if the route has an authorizer. */
  readonly terms: RowTerms;
  /** Set if a function of this stack decides. */
  readonly decision?: RouteDecision;
  /** The callers that the gateway itself lets pass, if it decides without a function. */
  readonly admits?: readonly string[];
}

/** The decision on a route of either kind of API. */
export function decisionOn(stack: StackJson, { route, authorization, authorizer }: DeclaredRoute): Decision {
  if (authorization === "AWS_IAM") return BY_IAM;
  const { authorization_scopes, rest_api_id } = route.attributes;
  const isRest = route.type === "aws_api_gateway_method";
  if (!isRest && authorization === "JWT" && authorizer?.attributes.authorizer_type === "JWT") {
    return decisionByJwt(stack, authorizer, authorization_scopes);
  }
  if (authorization !== "CUSTOM" || authorizer === undefined) return noAuthorizer(`authorization ${authorization}`);
  const { attributes } = authorizer;
  const { authorizer_uri: uri, authorizer_result_ttl_in_seconds: ttl, type } = attributes;
  if (!isRest) return decisionByFunction(stack, uri, listOf(attributes.identity_sources), ttl ?? undefined);
  if (type !== "REQUEST") return noAuthorizer(`of type ${type ?? "TOKEN"}, which asks in another form`);
  if (attributes.rest_api_id !== rest_api_id) return noAuthorizer("of another API");
  const sources = String(attributes.identity_source ?? REST_DEFAULTS.source).split(",");
  return decisionByFunction(stack, uri, sources, ttl ?? REST_DEFAULTS.seconds);
}

/** A REST API's own defaults. */
const REST_DEFAULTS = { seconds: 300, source: "method.request.header.Authorization" } as const;

/** Without an authorizer of this stack, the gateway lets anyone pass. The row reports it in capitals. */
function noAuthorizer(why: string): Decision {
  return { condition: `NO AUTHORIZER (${why})`, terms: {} };
}

/** By the type that an authorizer names: the reason why another policy than the stack's may decide. */
const NOT_CERTAIN: ReadonlyMap<string, string> = new Map([
  ["aws_lambda_alias", "may call another version than its function publishes"],
  ["aws_lambda_function", "calls one version, whatever the function is changed to"],
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
    const what = NOT_CERTAIN.get(soleReference(uri)?.type ?? "") ?? "is not a function of this stack";
    return noAuthorizer(`${uri} decides, which ${what}`);
  }
  const name = String(by.function.attributes.function_name);
  const cacheKey = identitySourcesInWords(given);
  const seconds = ttl === undefined ? undefined : Number(ttl);
  const decision = { by: name, ...(seconds !== undefined && { seconds }), cacheKey };
  return {
    condition: decisionInWords(decision),
    decision,
    terms: {
      requires: [`decision of ${name}`, ...cacheKey.map(keyTerm)],
      ...(seconds !== undefined && { limits: { "cache TTL in seconds": seconds } }),
    },
  };
}

/** API Gateway's own JWT authorizer: any token of its issuer, for one of its audiences, with one of the route's scopes. */
function decisionByJwt(stack: StackJson, { attributes }: Resource, scopes: unknown): Decision {
  const [{ issuer = "ANY ISSUER", audience = undefined } = {}] = blocksOf(attributes.jwt_configuration);
  const audiences = listOf(audience).map((each) => readable(stack, each));
  const asked = listOf(scopes);
  const name = `JWT authorizer ${attributes.name}`;
  return {
    admits: [`tokens of ${issuerInWords(stack, String(issuer))} for ${audiences.join(" or ") || "ANY AUDIENCE"}`],
    condition: `${asked.join(" or ") || "ANY SCOPE"}; ${name} decides`,
    terms: { permits: asked.length === 0 ? ["any scope"] : asked, requires: [`decision of ${name}`] },
  };
}

/** IAM decides. Policies outside the API's stack may also let their principals invoke the API. */
const BY_IAM: Decision = {
  admits: ["principals with execute-api:Invoke"],
  condition: "SigV4 signature",
  terms: { requires: ["a signature of AWS"] },
};
