import { restHeaders } from "../../../../contract/caller-headers";
import { identitySourcesInWords } from "../../../../contract/identity-sources";
import { isPreflight, type RestMethod, restMethods } from "../../terraform-json/gateway-routes";
import { type Attributes, firstReferred, type Resource, type StackJson } from "../../terraform-json/stack-json";
import { readable } from "../../types/words";
import { BY_IAM, type Decision, decisionBy, noAuthorizer } from "./decision";
import type { GatewayRoute } from "./route";

/** Every method of every REST API, as a route. */
export function restRoutes(stack: StackJson): readonly GatewayRoute[] {
  return restMethods(stack)
    .filter((each) => !isPreflight(each))
    .map((each) => restRoute(stack, each));
}

function restRoute(stack: StackJson, each: RestMethod): GatewayRoute {
  const { key, authorization, authorizer, integrations } = each;
  const [integration] = integrations;
  const found = firstReferred(stack, integration?.attributes.uri);
  const service = found?.type === "google_cloud_run_v2_service" ? found : undefined;
  return {
    key,
    service,
    resource: target(stack, each, service),
    authorization,
    authorizer,
    scopes: each.route.attributes.authorization_scopes,
    decision: decision(stack, each),
    handling: handling(integration?.attributes ?? {}, key, service !== undefined),
  };
}

/** The service, and every part of the call that differs from the route. */
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

/** API Gateway's own defaults. */
const DEFAULTS = { seconds: 300, source: "method.request.header.Authorization" } as const;

function decision(stack: StackJson, { route, authorization, authorizer }: RestMethod): Decision {
  const { rest_api_id } = route.attributes;
  if (authorization === "AWS_IAM") return BY_IAM;
  if (authorization !== "CUSTOM" || authorizer === undefined) return noAuthorizer(`authorization ${authorization}`);
  const { type, authorizer_uri, identity_source, authorizer_result_ttl_in_seconds, ...more } = authorizer.attributes;
  if (type !== "REQUEST") return noAuthorizer(`of type ${type ?? "TOKEN"}, which asks in another form`);
  if (more.rest_api_id !== rest_api_id) return noAuthorizer("of another API");
  const given = String(identity_source ?? DEFAULTS.source).split(",");
  const sources = identitySourcesInWords(given);
  const seconds = Number(authorizer_result_ttl_in_seconds ?? DEFAULTS.seconds);
  return decisionBy(stack, { uri: authorizer_uri, sources, seconds });
}

const HEADER = "integration.request.header.";
const WITHHELD = "''";

/** @param isRun whether a Cloud Run service trusts these headers */
function handling(integration: Attributes, key: string, isRun: boolean): Decision {
  const { request_parameters = {}, credentials, connection_type, tls_config } = integration as Attributes;
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
    terms: {
      permits: faults,
      requires: withheld ? ["the caller's token withheld"] : [],
    },
  };
}

/** Other changes of a request: a path variable from another source, a header from a query parameter. */
function odd(parameters: Attributes, expected: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(parameters).flatMap(([name, value]) => {
    const header = name.startsWith(HEADER) ? name.slice(HEADER.length) : undefined;
    const isKnown = header !== undefined && (Object.hasOwn(expected, header) || value === WITHHELD);
    const isVariable = name.startsWith("integration.request.path.") && value === name.replace("integration", "method");
    return isKnown || isVariable ? [] : [`${name} FROM ${value}`];
  });
}
