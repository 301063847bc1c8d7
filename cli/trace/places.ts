import { ROUTE_HEADER } from "../../contract/caller-headers";
import type { RouteInWords } from "../../packages/local-front-door/page/headline";
import { withRunUrl } from "../../packages/terraform-access-review/terraform-json/rest-references";
import { projectError } from "../process/command-error";
import type { Json } from "../process/json";

/** Where an environment's logs are, and what its stack says about its routes. */
export interface TracePlaces {
  readonly environment: string;
  readonly account: string;
  readonly region: string;
  readonly project: string;
  /** Log groups of the gateways, and of the functions by their kind. Without functions, the gateway decides. */
  readonly accessGroups: readonly string[];
  readonly decisionGroups: Readonly<Partial<Record<"callers" | "public", string>>>;
  /** How long the gateway caches a decision. */
  readonly cacheSeconds: number;
  /** Whether a service's Envoy verifies tokens. */
  readonly hasEnvoy: boolean;
  /** Whether Google's audit logs are declared. */
  readonly isAudited: boolean;
  /** Whether a web ACL decides before the authorizer. */
  readonly hasFirewall: boolean;
  /** The auditors' view of Google's logs, if there is one. */
  readonly auditorsView?: { readonly bucket: string; readonly location: string; readonly view: string };
  /** Name of the Cloud Run service and of its AWS role, by the name of the Terraform resource. */
  readonly services: Readonly<Record<string, string>>;
  /** Name of the service's Terraform resource, by route. */
  readonly serviceOf: Readonly<Record<string, string>>;
  /** What the routes require, by route. */
  readonly routes: Readonly<Record<string, RouteInWords>>;
}

const FUNCTIONS = ["callers", "public"] as const;

/** @param stack an environment's stack in Terraform's JSON: `main.tf.json`, or the one that the local front door runs */
export function placesOf(environment: string, stack: Json, routes: TracePlaces["routes"]): TracePlaces {
  const { data = {}, provider, resource = {} } = stack;
  const [aws, google] = [provider?.aws?.[0], provider?.google?.[0]];
  const groups: Json = resource.aws_cloudwatch_log_group ?? {};
  const access = ["access", "rest_access"].flatMap((name) => groups[name]?.name ?? []);
  if (aws === undefined || google === undefined || access.length === 0) {
    throw projectError(`${environment}: its stack has no access log, so no request can be traced`);
  }
  const decisions = FUNCTIONS.flatMap((kind) => {
    const name = groups[kind]?.name;
    return name === undefined || resource.aws_lambda_function?.[kind] === undefined ? [] : [[kind, name] as const];
  });
  const view = resource.google_logging_log_view?.auditors;
  const bucket = resource.google_logging_project_bucket_config?.auditors?.bucket_id;
  return {
    environment,
    account: aws.allowed_account_ids?.[0] ?? "",
    region: aws.region,
    project: google.project,
    accessGroups: access,
    decisionGroups: Object.fromEntries(decisions),
    cacheSeconds: cacheSeconds(resource),
    hasEnvoy: Object.values<Json>(resource.google_cloud_run_v2_service ?? {}).some(hasTwoContainers),
    isAudited: resource.google_project_iam_audit_config !== undefined,
    hasFirewall: resource.aws_wafv2_web_acl !== undefined,
    ...(view && bucket && { auditorsView: { bucket, location: view.location, view: view.name } }),
    services: { ...servicesOf(resource), ...servicesOf(data) },
    serviceOf: serviceOfRoutes(resource),
    routes,
  };
}

function cacheSeconds({ aws_apigatewayv2_authorizer, aws_api_gateway_authorizer }: Json): number {
  const all: Json[] = [aws_apigatewayv2_authorizer, aws_api_gateway_authorizer].flatMap((each) =>
    Object.values<Json>(each ?? {}),
  );
  return Math.max(0, ...all.map((each) => each.authorizer_result_ttl_in_seconds ?? 0));
}

function hasTwoContainers({ template }: Json): boolean {
  return [[template].flat()[0]?.containers ?? []].flat().length > 1;
}

function servicesOf({ google_cloud_run_v2_service: services = {} }: Json): TracePlaces["services"] {
  return Object.fromEntries(Object.entries<Json>(services).map(([id, { name }]) => [id, name]));
}

/** Name of the Cloud Run service of a service in config. */
export function runServiceOf({ services }: Pick<TracePlaces, "services">, id: string): string | undefined {
  return services[id] ?? services[id.replaceAll("-", "_")];
}

/** By route key, from the integration behind it. A REST API's integration has the key in a header that it writes. */
function serviceOfRoutes(resource: Json): TracePlaces["serviceOf"] {
  const integrations: Json = resource.aws_apigatewayv2_integration ?? {};
  const http = Object.values<Json>(resource.aws_apigatewayv2_route ?? {}).flatMap(({ route_key, target }) => {
    const [, name = ""] = /aws_apigatewayv2_integration\.([\w-]+)\.id/.exec(String(target)) ?? [];
    return serviceIn(route_key, integrations[name]?.integration_uri);
  });
  const rest = Object.values<Json>(resource.aws_api_gateway_integration ?? {}).flatMap((attributes) => {
    const { uri, request_parameters: mapped } = withRunUrl({ resource, provider: {} }, { attributes }).attributes;
    const key = mapped?.[`integration.request.header.${ROUTE_HEADER}`];
    return serviceIn(typeof key === "string" ? key.replace(/^'|'$/g, "") : undefined, uri);
  });
  return Object.fromEntries([...http, ...rest]);
}

function serviceIn(route: string | undefined, uri: unknown): readonly (readonly [string, string])[] {
  const [, service] = /google_cloud_run_v2_service\.([\w-]+)\.uri/.exec(String(uri)) ?? [];
  return route === undefined || service === undefined ? [] : [[route, service]];
}
