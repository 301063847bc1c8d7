import { restHeaders } from "../../../../contract/caller-headers";
import type { RowTerms } from "../../model/row";
import {
  type DeclaredRoute,
  httpRoutes,
  isPreflight,
  type RestMethod,
  restMethods,
} from "../../terraform-json/gateway-routes";
import { type Attributes, firstReferred, type Resource, type StackJson } from "../../terraform-json/stack-json";
import { inWords, readable } from "../../types/words";
import { type Decision, decisionOn } from "./decision";

/** A route of an HTTP API or a REST API, as the ledger reads it. */
export interface GatewayRoute extends Pick<DeclaredRoute, "key" | "authorization" | "authorizer"> {
  /** The Cloud Run service that the route leads to; undefined for any other target. */
  readonly service: Resource | undefined;
  /** The target, in words. */
  readonly resource: string;
  /** Scopes that the gateway itself checks: a caller's token needs one of them. */
  readonly scopes: unknown;
  readonly decision: Decision;
  /** Other changes that the gateway makes to a request. */
  readonly handling: { readonly condition: string; readonly terms: RowTerms };
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
  const atHttp = found === undefined ? `service ${uri}` : inWords(found);
  return {
    key,
    service,
    resource: isRest ? target(stack, each, service) : atHttp,
    authorization,
    authorizer,
    scopes: route.attributes.authorization_scopes,
    decision: decisionOn(stack, each),
    handling: isRest ? handling(integration, key, service !== undefined) : AS_IT_IS,
  };
}

const AS_IT_IS = { condition: "", terms: {} };

/** The service, and every part of the forwarded call that differs from the route. */
function target(
  stack: StackJson,
  { integrations, path, httpMethod }: RestMethod,
  service: Resource | undefined,
): string {
  const [integration, second] = integrations;
  const { type, uri, integration_http_method: asked } = integration?.attributes ?? {};
  if (integration === undefined) return "nothing";
  if (second !== undefined) return `ONE OF ${integrations.length} INTEGRATIONS`;
  if (service === undefined || type !== "HTTP_PROXY")
    return `${type} ${uri === undefined ? "without an address" : readable(stack, uri)}`;
  const called = String(uri).replace(/^\$\{[^}]*\}/, "");
  const elsewhere = called === path.replace("+}", "}") ? "" : `, asked for ${called || "/"}`;
  return `service ${service.attributes.name}${elsewhere}${asked === httpMethod ? "" : `, asked as ${asked}`}`;
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
  const faults = [
    ...(forgeable.length === 0 ? [] : [`${forgeable.join(", ")} NOT FROM THE GATEWAY`]),
    ...odd(request_parameters, expected),
    ...(tls?.insecure_skip_verification === true ? ["THE SERVICE'S CERTIFICATE IS NOT VERIFIED"] : []),
    ...(credentials ? [`AS ${credentials}`] : []),
    ...(connection_type === undefined || connection_type === "INTERNET" ? [] : [`THROUGH ${connection_type}`]),
  ];
  return {
    condition: [...(withheld ? ["the REST API withholds the caller's token"] : []), ...faults].join("; "),
    terms: { permits: faults, requires: withheld ? ["the caller's token withheld"] : [] },
  };
}

/** Other changes of a request, such as a path variable from another source or a header from a query parameter. */
function odd(parameters: Attributes, expected: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(parameters).flatMap(([name, value]) => {
    const header = name.startsWith(HEADER) ? name.slice(HEADER.length) : undefined;
    const isKnown = header !== undefined && (Object.hasOwn(expected, header) || value === WITHHELD);
    const isVariable = name.startsWith("integration.request.path.") && value === name.replace("integration", "method");
    return isKnown || isVariable ? [] : [`${name} FROM ${value}`];
  });
}
