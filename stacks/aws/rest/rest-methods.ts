import { ApiGatewayAuthorizer } from "@cdktf/provider-aws/lib/api-gateway-authorizer";
import { ApiGatewayIntegration } from "@cdktf/provider-aws/lib/api-gateway-integration";
import { ApiGatewayIntegrationResponse } from "@cdktf/provider-aws/lib/api-gateway-integration-response";
import { ApiGatewayMethod } from "@cdktf/provider-aws/lib/api-gateway-method";
import { ApiGatewayMethodResponse } from "@cdktf/provider-aws/lib/api-gateway-method-response";
import { ApiGatewayResource } from "@cdktf/provider-aws/lib/api-gateway-resource";
import type { ApiGatewayRestApi } from "@cdktf/provider-aws/lib/api-gateway-rest-api";
import type { TerraformResource } from "cdktf";
import { Construct } from "constructs";
import { restHeaders } from "../../../contract/caller-headers";
import { documentTemplate } from "../../../contract/document-template";
import { restIdentitySources } from "../../../contract/identity-sources";
import { variablesOf } from "../../../contract/route-pattern";
import type { Cors, GatewayDocument, McpDiscovery } from "../../../intent/model/gateway-intent";
import type { Route, Service } from "../../../intent/model/intent";
import { hostVariable } from "../../../intent/model/names";
import { restResources } from "../../../intent/model/rest-resources";
import { comesFrom, routeKey } from "../../shared/comes-from";
import { invocation } from "../authorizer-function";
import type { AuthorizersProps } from "../authorizers";
import { EMPTIED_HEADERS } from "../request-headers";

/** Envoy refuses every request that has a header with an underscore, even an empty one. */
function emptiedFor({ verifiesCallerToken }: Service): readonly string[] {
  return verifiesCallerToken ? EMPTIED_HEADERS.filter((name) => !name.includes("_")) : EMPTIED_HEADERS;
}

export interface RestMethodsProps {
  readonly service: Service;
  readonly api: ApiGatewayRestApi;
  readonly resources: RestResources;
  readonly authorizers: RestAuthorizers;
  readonly hasPlans: boolean;
}

const HEADER = "integration.request.header.";

/**
 * One service's routes, each with a method and an integration. They name the service's host by a variable of the stage, so
 * nothing that a deployment includes depends on the service.
 *
 * @returns the resources that a deployment must include
 */
export function restMethods(scope: Construct, props: RestMethodsProps): readonly TerraformResource[] {
  return props.service.routes.flatMap((route) => restMethod(scope, route, props));
}

function restMethod(scope: Construct, route: Route, props: RestMethodsProps): readonly TerraformResource[] {
  const variables = variablesOf(route.path);
  const at = { restApiId: props.api.id, resourceId: props.resources.idOf(route.path) };
  const method = new ApiGatewayMethod(scope, route.address, {
    ...at,
    httpMethod: route.method,
    authorization: "CUSTOM",
    authorizerId: props.authorizers.idFor(route),
    apiKeyRequired: props.hasPlans,
    requestParameters: Object.fromEntries(variables.map((name) => [`method.request.path.${name}`, true])),
  });
  const integration = new ApiGatewayIntegration(new Construct(scope, `Integration-${route.address}`), route.address, {
    ...at,
    httpMethod: method.httpMethod,
    type: "HTTP_PROXY",
    integrationHttpMethod: route.method,
    // `$${` is Terraform's escape: API Gateway, not Terraform, replaces the variable.
    uri: `https://$\${stageVariables.${hostVariable(props.service.id)}}${route.path.replace("+}", "}")}`,
    requestParameters: {
      ...mapped(restHeaders(route.key)),
      ...emptied([...(props.service.forwardsAuthorization ? [] : ["Authorization"]), ...emptiedFor(props.service)]),
      ...Object.fromEntries(
        variables.map((name) => [`integration.request.path.${name}`, `method.request.path.${name}`]),
      ),
    },
    passthroughBehavior: "WHEN_NO_MATCH",
    timeoutMilliseconds: route.timeoutSeconds * 1000,
    ...(route.stream && { responseTransferMode: "STREAM" }),
  });
  const key = routeKey(props.service, route);
  return [
    comesFrom(method, key, { authorization_scopes: ["scopes"] }),
    comesFrom(integration, key, { response_transfer_mode: ["stream"], timeout_milliseconds: ["timeoutSeconds"] }),
  ];
}

function mapped(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [`${HEADER}${name}`, value]));
}

/**
 * Each name once. API Gateway does not support duplicate headers, and two spellings of a name would count as
 * duplicates.
 */
function emptied(names: readonly string[]): Readonly<Record<string, string>> {
  return mapped(Object.fromEntries(names.map((name) => [name, "''"])));
}

interface DocumentsProps {
  readonly api: ApiGatewayRestApi;
  readonly resources: RestResources;
  readonly mcp: McpDiscovery;
}

/** The same for every caller and public, so any page may read it. */
const HEADERS = {
  "Access-Control-Allow-Origin": "*",
  "Cache-Control": "public, max-age=300",
} as const;

/**
 * Public documents that the gateway answers itself. They reach no service, and no authorizer decides on them.
 *
 * @returns the resources that a deployment must include
 */
export function declareDocuments(scope: Construct, props: DocumentsProps): readonly TerraformResource[] {
  const addresses = new Map(props.resources.paths.map(({ path, address }) => [path, address]));
  return props.mcp.documents.flatMap((document) => {
    const own = new Construct(scope, `document-${addresses.get(document.path)}`);
    return declareDocument(comesFrom(own, ["services", props.mcp.service, "mcp"]), document, props);
  });
}

function declareDocument(
  scope: Construct,
  { path, content }: GatewayDocument,
  { api, resources }: DocumentsProps,
): readonly TerraformResource[] {
  return ownAnswer(scope, {
    at: { restApiId: api.id, resourceId: resources.idOf(path) },
    method: "GET",
    status: 200,
    headers: HEADERS,
    template: documentTemplate(content),
  });
}

interface PreflightsProps {
  readonly api: ApiGatewayRestApi;
  readonly resources: RestResources;
  readonly cors: Cors;
  /** Methods of the routes, by path. */
  readonly methods: ReadonlyMap<string, readonly string[]>;
}

/**
 * The gateway's responses to preflights, which carry no token, on each path that has a route. Responses to the calls
 * themselves come from the services, including CORS headers: a REST API forwards them unchanged.
 *
 * @returns the resources that a deployment must include
 */
export function preflights(scope: Construct, props: PreflightsProps): readonly TerraformResource[] {
  return props.resources.paths.flatMap(({ path, address }) => {
    const methods = props.methods.get(path);
    if (methods === undefined) return [];
    const answered = comesFrom(new Construct(scope, `preflight-${address}`), ["gateway", "cors"]);
    return preflight(answered, path, methods, props);
  });
}

function preflight(
  scope: Construct,
  path: string,
  methods: readonly string[],
  props: PreflightsProps,
): readonly TerraformResource[] {
  return ownAnswer(scope, {
    at: { restApiId: props.api.id, resourceId: props.resources.idOf(path) },
    method: "OPTIONS",
    status: 204,
    headers: {
      "Access-Control-Allow-Headers": props.cors.headers.join(","),
      "Access-Control-Allow-Methods": [...methods].sort().join(","),
      "Access-Control-Max-Age": String(props.cors.maxAgeSeconds),
      // The response depends on the origin.
      Vary: "Origin",
    },
    writtenByTemplate: ["Access-Control-Allow-Origin"],
    template: originTemplate(props.cors.origins),
  });
}

interface OwnAnswer {
  readonly at: { readonly restApiId: string; readonly resourceId: string };
  readonly method: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Further headers, to which the template gives values. Default: none. */
  readonly writtenByTemplate?: readonly string[];
  /** The body, as a template. */
  readonly template: string;
}

/** A method that the gateway answers itself, to anyone. Returns its resources. */
function ownAnswer(
  scope: Construct,
  { at, method: httpMethod, status, headers, writtenByTemplate = [], template }: OwnAnswer,
): readonly TerraformResource[] {
  const header = (name: string) => `method.response.header.${name}`;
  const method = new ApiGatewayMethod(scope, "Method", {
    ...at,
    httpMethod,
    authorization: "NONE",
    apiKeyRequired: false,
  });
  const on = { ...at, httpMethod: method.httpMethod };
  const integration = new ApiGatewayIntegration(scope, "Integration", {
    ...on,
    type: "MOCK",
    requestTemplates: { "application/json": `{"statusCode":${status}}` },
    // This API treats every body as binary, but templates need text.
    contentHandling: "CONVERT_TO_TEXT",
  });
  const response = new ApiGatewayMethodResponse(scope, "MethodResponse", {
    ...on,
    statusCode: String(status),
    responseParameters: Object.fromEntries(
      [...writtenByTemplate, ...Object.keys(headers)].map((name) => [header(name), true]),
    ),
  });
  const answer = new ApiGatewayIntegrationResponse(scope, "IntegrationResponse", {
    ...on,
    statusCode: response.statusCode,
    responseParameters: Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [header(name), `'${value}'`]),
    ),
    responseTemplates: { "application/json": template },
    contentHandling: "CONVERT_TO_TEXT",
    dependsOn: [integration],
  });
  return [method, integration, response, answer];
}

/** Returns the caller's own origin if it is in the list, and no origin otherwise. */
function originTemplate(origins: readonly string[]): string {
  const isListed = origins.map((origin) => `$origin == "${origin}"`).join(" || ");
  return [
    '#set($origin = $input.params().header.get("Origin"))',
    '#if(!$origin || $origin == "")#set($origin = $input.params().header.get("origin"))#end',
    `#if(${isListed})#set($context.responseOverride.header.Access-Control-Allow-Origin = $origin)#end`,
  ].join("\n");
}

type RestResources = ReturnType<typeof declareResources>;

/** The API's paths as a tree, with one resource for each segment. */
export function declareResources(parent: Construct, api: ApiGatewayRestApi, paths: readonly string[]) {
  const scope = comesFrom(new Construct(parent, "RestResources"), ["services"]);
  const ids = new Map(["", "/"].map((root) => [root, api.rootResourceId]));
  const idOf = (path: string): string => {
    const id = ids.get(path);
    if (id === undefined) throw new Error(`no resource for ${path}`);
    return id;
  };
  const tree = restResources(paths);
  const resources = tree.map(({ path, parent, part, address }) => {
    const place = { restApiId: api.id, parentId: idOf(parent), pathPart: part };
    const resource = new ApiGatewayResource(scope, address, place);
    ids.set(path, resource.id);
    return resource;
  });
  return {
    resources,
    idOf,
    /** Every path that has its own resource, and its Terraform name. */
    paths: [{ path: "/", address: "root" }, ...tree],
  };
}

/**
 * `mcp` caches nothing: its decisions also depend on `Origin`, which cannot be an identity source, because a request without
 * one of the sources gets 401.
 */
const KINDS = {
  scoped: { isPublic: false, caches: true },
  public: { isPublic: true, caches: true },
  mcp: { isPublic: false, caches: false },
} as const;

type AuthorizerKind = keyof typeof KINDS;

interface RestAuthorizersProps extends Pick<AuthorizersProps, "cacheSeconds" | "callers" | "prefix" | "public"> {
  readonly api: ApiGatewayRestApi;
  /** Whether the API has routes of a server of the Model Context Protocol. */
  readonly hasMcp: boolean;
}

type RestAuthorizers = ReturnType<typeof restAuthorizers>;

/** The API's authorizers. Each may invoke only its own function. */
export function restAuthorizers(parent: Construct, props: RestAuthorizersProps) {
  const scope = comesFrom(new Construct(parent, "RestAuthorizers"), ["gateway"], {
    authorizer_result_ttl_in_seconds: ["authorizerCacheSeconds"],
  });
  const kinds = (Object.keys(KINDS) as AuthorizerKind[]).filter((kind) => kind !== "mcp" || props.hasMcp);
  const declared = kinds.map((kind) => {
    const target = kind === "public" ? props.public : props.callers;
    const authorizer = new ApiGatewayAuthorizer(scope, kind, {
      restApiId: props.api.id,
      name: `${props.prefix}-${kind}`,
      type: "REQUEST",
      // Without a reference: the deployment would pass its `create_before_destroy` on to the function and its role.
      authorizerUri: target.knownInvokeArn,
      authorizerResultTtlInSeconds: KINDS[kind].caches ? props.cacheSeconds : 0,
      identitySource: restIdentitySources(KINDS[kind]).join(","),
    });
    // The address differs from the HTTP API's, because both kinds of API may exist.
    return { kind, authorizer, permission: invocation(scope, `rest-${kind}-invoke`, target, props.api, authorizer) };
  });
  return {
    resources: declared.map(({ authorizer }) => authorizer),
    /** Wait for these permissions before the API goes live: without them each call would fail with a 500. */
    ready: declared.map(({ permission }) => permission),
    idFor({ access, mcp }: Pick<Route, "access" | "mcp">): string {
      const wanted: AuthorizerKind = access.kind === "public" ? "public" : mcp ? "mcp" : "scoped";
      return declared.find(({ kind }) => kind === wanted)?.authorizer.id as string;
    },
  };
}
