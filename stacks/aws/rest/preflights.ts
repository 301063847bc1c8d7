import { ApiGatewayIntegration } from "@cdktf/provider-aws/lib/api-gateway-integration";
import { ApiGatewayIntegrationResponse } from "@cdktf/provider-aws/lib/api-gateway-integration-response";
import { ApiGatewayMethod } from "@cdktf/provider-aws/lib/api-gateway-method";
import { ApiGatewayMethodResponse } from "@cdktf/provider-aws/lib/api-gateway-method-response";
import type { ApiGatewayRestApi } from "@cdktf/provider-aws/lib/api-gateway-rest-api";
import type { TerraformResource } from "cdktf";
import { Construct } from "constructs";
import type { Cors } from "../../../intent/model/gateway-intent";
import { comesFrom } from "../../shared/comes-from";
import type { RestResources } from "./rest-resources";

export interface PreflightsProps {
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
  const at = { restApiId: props.api.id, resourceId: props.resources.idOf(path) };
  const method = new ApiGatewayMethod(scope, "Method", {
    ...at,
    httpMethod: "OPTIONS",
    authorization: "NONE",
    apiKeyRequired: false,
  });
  const on = { ...at, httpMethod: method.httpMethod };
  const integration = new ApiGatewayIntegration(scope, "Integration", {
    ...on,
    type: "MOCK",
    requestTemplates: { "application/json": '{"statusCode":204}' },
    // This API treats every body as binary, but templates need text.
    contentHandling: "CONVERT_TO_TEXT",
  });
  const headers = {
    "Access-Control-Allow-Headers": props.cors.headers.join(","),
    "Access-Control-Allow-Methods": [...methods].sort().join(","),
    "Access-Control-Max-Age": String(props.cors.maxAgeSeconds),
    // The response depends on the origin.
    Vary: "Origin",
  };
  const response = new ApiGatewayMethodResponse(scope, "MethodResponse", {
    ...on,
    statusCode: "204",
    responseParameters: Object.fromEntries(
      ["Access-Control-Allow-Origin", ...Object.keys(headers)].map((name) => [`method.response.header.${name}`, true]),
    ),
  });
  const answer = new ApiGatewayIntegrationResponse(scope, "IntegrationResponse", {
    ...on,
    statusCode: response.statusCode,
    responseParameters: Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [`method.response.header.${name}`, `'${value}'`]),
    ),
    responseTemplates: { "application/json": originTemplate(props.cors.origins) },
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
