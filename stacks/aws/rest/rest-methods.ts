import { ApiGatewayIntegration } from "@cdktf/provider-aws/lib/api-gateway-integration";
import { ApiGatewayMethod } from "@cdktf/provider-aws/lib/api-gateway-method";
import type { ApiGatewayRestApi } from "@cdktf/provider-aws/lib/api-gateway-rest-api";
import type { TerraformResource } from "cdktf";
import { Construct } from "constructs";
import { restHeaders } from "../../../contract/caller-headers";
import { variablesOf } from "../../../contract/route-pattern";
import type { Route, Service } from "../../../intent/model/intent";
import { hostVariable } from "../../../intent/model/names";
import { comesFrom, routeKey } from "../../shared/comes-from";
import { EMPTIED_HEADERS } from "../request-headers";
import type { RestAuthorizers } from "./rest-authorizers";
import type { RestResources } from "./rest-resources";

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
