import { HTTP_ANSWER_HEADERS, HTTP_GATEWAY_HEADERS, restHeaders } from "../../../../contract/caller-headers";
import { identitySourcesInWords } from "../../../../contract/identity-sources";
import type { RouteKeys } from "../../../../contract/route-selection";
import type { Fact, RowFacts } from "../../model/fact";
import { type Place, placeOf } from "../../model/place";
import type { RowTerms } from "../../model/row";
import { EXISTING_SERVICE, isRunService } from "../../terraform-json/existing-service";
import {
  type DeclaredRoute,
  httpRoutes,
  isOwnAnswer,
  type RestMethod,
  restMethods,
} from "../../terraform-json/gateway-routes";
import { invokedBy } from "../../terraform-json/invoked";
import { soleReference } from "../../terraform-json/references";
import {
  type Attributes,
  blocksOf,
  isUnset,
  listOf,
  oncePerStack,
  type Resource,
  referred,
  type StackJson,
} from "../../terraform-json/stack-json";
import { issuerName, named, readable } from "../../types/named";

/** A route of an HTTP API or a REST API, as the ledger reads it. */
export interface GatewayRoute extends Pick<DeclaredRoute, "key" | "authorization" | "authorizer"> {
  /** The Cloud Run service that the route leads to; undefined for any other target. */
  readonly service: Resource | undefined;
  readonly resource: RowFacts["resource"];
  /** Scopes that the gateway itself checks: a caller's token needs one of them. */
  readonly scopes: unknown;
  readonly decision: Decision;
  /** Other changes that the gateway makes to a request. */
  readonly handling: { readonly conditions: readonly Fact[]; readonly terms: RowTerms };
  readonly from: Place;
}

/** Every route of every API in a stack, except what the gateway answers itself: preflights and published documents. */
export const gatewayRoutes = oncePerStack((stack): readonly GatewayRoute[] => {
  const methods = restMethods(stack).filter((each) => !isOwnAnswer(each));
  return [...httpRoutes(stack), ...methods].map((each) => routeOf(stack, each));
});

/** What a service gets otherwise than it was authorized: the method, the path, or a header that only the gateway writes. */
export function changedParts({ resource, handling }: GatewayRoute): readonly string[] {
  const { method, path } = resource.kind === "called-service" ? resource : {};
  const mapped = (handling.terms.permits ?? []).flatMap((fact) => {
    return fact.kind === "headers-forgeable"
      ? fact.names
      : fact.kind === "request-parameter"
        ? [fact.name]
        : [fact.kind];
  });
  return [
    ...(method === undefined ? [] : [`method ${method}`]),
    ...(path === undefined ? [] : [`path ${path}`]),
    ...mapped,
  ];
}

/** The route keys of a stack, without the gateway's own answers. */
export function routeKeys(stack: StackJson): RouteKeys {
  const keys = (routes: readonly DeclaredRoute[]) => routes.map(({ key }) => key);
  return { http: keys(httpRoutes(stack)), rest: keys(restMethods(stack).filter((each) => !isOwnAnswer(each))) };
}

/** The reference that is the whole host of a URL. After any other sign than a slash, the host is another one. */
const HOST_OF = /^(\$\{[^}]*\})(?:\/|$)/;

function routeOf(stack: StackJson, each: DeclaredRoute | RestMethod): GatewayRoute {
  const { key, authorization, authorizer, route, integrations } = each;
  const isRest = "path" in each;
  const integration = integrations[0]?.attributes ?? {};
  const uri = isRest ? integration.uri : integration.integration_uri;
  const found = referred(stack, isRest ? HOST_OF.exec(String(uri))?.[1] : uri);
  // If no plan checks that an existing service is private, it is like any other address.
  const isUnchecked = found?.type === EXISTING_SERVICE && found.attributes.invoker_iam_disabled !== false;
  const service = isRunService(found?.type) && !isUnchecked ? found : undefined;
  const isRun = service !== undefined;
  return {
    key,
    service,
    resource: isRest ? restTarget(stack, each, service) : httpTarget(integration, key, found),
    authorization,
    authorizer,
    scopes: route.attributes.authorization_scopes,
    decision: decisionOn(stack, each),
    handling: isRest ? restHandling(integration, key, isRun) : httpHandling(integration, authorization, isRun),
    from: placeOf(route),
  };
}

/** The service, and every part of the forwarded call that differs from the route. */
function restTarget(
  stack: StackJson,
  { integrations, path, httpMethod }: RestMethod,
  service: Resource | undefined,
): RowFacts["resource"] {
  const [integration, second] = integrations;
  const { type, uri, integration_http_method: asked } = integration?.attributes ?? {};
  if (integration === undefined || second !== undefined) return { kind: "integrations", count: integrations.length };
  if (service === undefined || type !== "HTTP_PROXY")
    return { kind: "integration", type: String(type), ...(uri !== undefined && { uri: readable(stack, uri) }) };
  const called = String(uri).replace(/^\$\{[^}]*\}/, "");
  return calledAs(
    service,
    called === path.replace("+}", "}") ? undefined : called,
    asked === httpMethod ? undefined : String(asked),
  );
}

/** The target of a route of an HTTP API, in the same way. */
function httpTarget(
  { integration_uri, integration_method: asked, request_parameters }: Attributes,
  key: string,
  found: Resource | undefined,
): RowFacts["resource"] {
  if (found === undefined) return { kind: "called-address", uri: String(integration_uri) };
  if (!isRunService(found.type)) return named(found);
  const path = request_parameters?.[OWN_PATH.parameter];
  const isOwn = isUnset(asked) || asked === "ANY" || key.startsWith(`${asked} `);
  return calledAs(found, path === OWN_PATH.value ? undefined : path, isOwn ? undefined : asked);
}

const OWN_PATH = { parameter: "overwrite:path", value: "$request.path" } as const;

function calledAs(service: Resource, path: unknown, method: unknown): RowFacts["resource"] {
  const differs = {
    ...(!isUnset(path) && { path: String(path) }),
    ...(!isUnset(method) && { method: String(method) }),
  };
  if (Object.keys(differs).length === 0) return named(service);
  return { kind: "called-service", name: String(service.attributes.name), ...differs };
}

const HEADER = "integration.request.header.";
const WITHHELD = "''";

/** @param isRun whether a Cloud Run service trusts these headers */
function restHandling(integration: Attributes, key: string, isRun: boolean): GatewayRoute["handling"] {
  const { request_parameters = {}, credentials, connection_type, tls_config } = integration;
  const expected = restHeaders(key);
  const mapped = (name: string) => request_parameters[`${HEADER}${name}`];
  const withheld = mapped("Authorization") === WITHHELD;
  const [tls] = [tls_config].flat();
  const faults: readonly Fact[] = [
    ...forgeable((isRun ? Object.keys(expected) : []).filter((name) => mapped(name) !== expected[name])),
    ...odd(request_parameters, expected),
    ...(tls?.insecure_skip_verification === true ? [{ kind: "certificate-ignored" } as const] : []),
    ...(credentials ? [{ kind: "integration-credentials", credentials: String(credentials) } as const] : []),
    ...(connection_type === undefined || connection_type === "INTERNET"
      ? []
      : [{ kind: "integration-connection", type: String(connection_type) } as const]),
  ];
  return {
    conditions: [...(withheld ? [{ kind: "token-withheld" } as const] : []), ...faults],
    terms: { permits: faults, requires: withheld ? [{ kind: "withheld-token" }] : [] },
  };
}

/** By header: the parameter that writes it from the function's answer, or removes the caller's for Envoy to write; its value. */
const HTTP_HEADERS = [true, false].map((isByFunction) => [
  ...Object.entries(HTTP_ANSWER_HEADERS).map(([name, value]) => {
    return isByFunction
      ? ([name, `overwrite:header.${name}`, value] as const)
      : ([name, `remove:header.${name}`, WITHHELD] as const);
  }),
  ...Object.entries(HTTP_GATEWAY_HEADERS).map(([name, value]) => [name, `overwrite:header.${name}`, value] as const),
]);

/** @param isRun whether a Cloud Run service trusts these headers */
function httpHandling(
  { request_parameters }: Attributes,
  authorization: string,
  isRun: boolean,
): GatewayRoute["handling"] {
  if (!isRun && request_parameters === undefined) return UNCHANGED;
  const parameters: Attributes = request_parameters ?? {};
  const expected = HTTP_HEADERS[authorization === "CUSTOM" ? 0 : 1] ?? [];
  const isKnown = ([key, value]: readonly [string, unknown]) =>
    key === OWN_PATH.parameter ||
    (key.startsWith("remove:header.") && value === WITHHELD) ||
    expected.some(([, own]) => own === key);
  const faults = [
    ...forgeable((isRun ? expected : []).filter(([, key, value]) => parameters[key] !== value).map(([name]) => name)),
    ...Object.entries(parameters)
      .filter((each) => !isKnown(each))
      .map(([name, value]): Fact => ({ kind: "request-parameter", name, value: String(value) })),
  ];
  return faults.length === 0 ? UNCHANGED : { conditions: faults, terms: { permits: faults } };
}

const UNCHANGED: GatewayRoute["handling"] = { conditions: [], terms: {} };

function forgeable(names: readonly string[]): readonly Fact[] {
  return names.length === 0 ? [] : [{ kind: "headers-forgeable", names }];
}

/** Other changes of a request, such as a path variable from another source or a header from a query parameter. */
function odd(parameters: Attributes, expected: Readonly<Record<string, string>>): readonly Fact[] {
  return Object.entries(parameters).flatMap(([name, value]): readonly Fact[] => {
    const header = name.startsWith(HEADER) ? name.slice(HEADER.length) : undefined;
    const isKnown = header !== undefined && (Object.hasOwn(expected, header) || value === WITHHELD);
    const isVariable = name.startsWith("integration.request.path.") && value === name.replace("integration", "method");
    return isKnown || isVariable ? [] : [{ kind: "request-parameter", name, value: String(value) }];
  });
}

/** The check between a caller and a route, and its terms. */
interface Decision {
  readonly conditions: readonly Fact[];
  /** `requires` is set only if the route has an authorizer. */
  readonly terms: RowTerms;
  /** Set if a function of this stack decides. */
  readonly decision?: Fact<"decision">;
  /** The callers that the gateway itself lets pass, if it decides without a function. */
  readonly admits?: readonly RowFacts["principal"][];
}

/** The decision on a route of either kind of API. */
function decisionOn(stack: StackJson, { route, authorization, authorizer }: DeclaredRoute): Decision {
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
