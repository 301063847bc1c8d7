import { restHeaders } from "../../../../contract/caller-headers";
import type { Fact, RowFacts } from "../../model/fact";
import { type Place, placeOf } from "../../model/place";
import type { RowTerms } from "../../model/row";
import {
  type DeclaredRoute,
  httpRoutes,
  isPreflight,
  type RestMethod,
  restMethods,
} from "../../terraform-json/gateway-routes";
import { type Attributes, firstReferred, type Resource, type StackJson } from "../../terraform-json/stack-json";
import { named, readable } from "../../types/named";
import { type Decision, decisionOn } from "./decision";

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

/** Every route of every API in a stack, except preflights that the gateway answers itself. */
export function gatewayRoutes(stack: StackJson): readonly GatewayRoute[] {
  const methods = restMethods(stack).filter((each) => !isPreflight(each));
  return [...httpRoutes(stack), ...methods].map((each) => routeOf(stack, each));
}

function routeOf(stack: StackJson, each: DeclaredRoute | RestMethod): GatewayRoute {
  const { key, authorization, authorizer, route, integrations } = each;
  const isRest = "path" in each;
  const integration = integrations[0]?.attributes ?? {};
  const uri = isRest ? integration.uri : integration.integration_uri;
  const found = firstReferred(stack, uri);
  const service = found?.type === "google_cloud_run_v2_service" ? found : undefined;
  const atHttp = found === undefined ? ({ kind: "called-address", uri: String(uri) } as const) : named(found);
  return {
    key,
    service,
    resource: isRest ? target(stack, each, service) : atHttp,
    authorization,
    authorizer,
    scopes: route.attributes.authorization_scopes,
    decision: decisionOn(stack, each),
    handling: isRest ? handling(integration, key, service !== undefined) : { conditions: [], terms: {} },
    from: placeOf(route),
  };
}

/** The service, and every part of the forwarded call that differs from the route. */
function target(
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
  const elsewhere = called === path.replace("+}", "}") ? {} : { path: called };
  const otherwise = asked === httpMethod ? {} : { method: String(asked) };
  const differs = Object.keys({ ...elsewhere, ...otherwise }).length > 0;
  const name = String(service.attributes.name);
  return differs ? { kind: "called-service", name, ...elsewhere, ...otherwise } : named(service);
}

const HEADER = "integration.request.header.";
const WITHHELD = "''";

/** @param isRun whether a Cloud Run service trusts these headers */
function handling(integration: Attributes, key: string, isRun: boolean): GatewayRoute["handling"] {
  const { request_parameters = {}, credentials, connection_type, tls_config } = integration;
  const expected = restHeaders(key);
  const mapped = (name: string) => request_parameters[`${HEADER}${name}`];
  const forgeable = (isRun ? Object.keys(expected) : []).filter((name) => mapped(name) !== expected[name]);
  const withheld = mapped("Authorization") === WITHHELD;
  const [tls] = [tls_config].flat();
  const faults: readonly Fact[] = [
    ...(forgeable.length === 0 ? [] : [{ kind: "headers-forgeable", names: forgeable } as const]),
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

/** Other changes of a request, such as a path variable from another source or a header from a query parameter. */
function odd(parameters: Attributes, expected: Readonly<Record<string, string>>): readonly Fact[] {
  return Object.entries(parameters).flatMap(([name, value]): readonly Fact[] => {
    const header = name.startsWith(HEADER) ? name.slice(HEADER.length) : undefined;
    const isKnown = header !== undefined && (Object.hasOwn(expected, header) || value === WITHHELD);
    const isVariable = name.startsWith("integration.request.path.") && value === name.replace("integration", "method");
    return isKnown || isVariable ? [] : [{ kind: "request-parameter", name, value: String(value) }];
  });
}
