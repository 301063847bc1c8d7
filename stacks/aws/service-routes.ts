import type { Apigatewayv2Api } from "@cdktf/provider-aws/lib/apigatewayv2-api";
import { Apigatewayv2Integration } from "@cdktf/provider-aws/lib/apigatewayv2-integration";
import { Apigatewayv2Route, type Apigatewayv2RouteConfig } from "@cdktf/provider-aws/lib/apigatewayv2-route";
import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import { HTTP_GATEWAY_HEADERS } from "../../contract/caller-headers";
import type { Route, Service } from "../../intent/model/intent";
import { comesFrom, routeKey } from "../shared/comes-from";
import type { RunEndpoint } from "../shared/run-endpoint";
import { overwriting, REMOVED_HEADERS, removing } from "./request-headers";

/** The parts of the gateway that differ between the handshakes. */
export interface GatewayHandshake {
  /** Who authorizes a route's calls. */
  decisionFor(route: Route): RouteDecision;
  /** Request parameters of the integration, in addition to those of both handshakes. */
  readonly requestParameters: Readonly<Record<string, string>>;
  /** Access log fields that identify the caller. */
  readonly callerFields: Readonly<Record<string, string>>;
  readonly stageVariables?: Readonly<Record<string, string>>;
  /** Wait for these before the stage changes. */
  readonly ready: readonly ITerraformDependable[];
}

export type RouteDecision = Pick<Apigatewayv2RouteConfig, "authorizationType" | "authorizerId" | "authorizationScopes">;

/** A service that the gateway routes to. */
export interface GatewayService {
  readonly service: Service;
  readonly endpoint: RunEndpoint;
  /** Also wait for these: the service's AWS role, if it has one. */
  readonly after: readonly ITerraformDependable[];
}

export interface ServiceRoutesProps extends GatewayService {
  readonly api: Apigatewayv2Api;
  readonly handshake: GatewayHandshake;
}

/** One service behind the API: one integration, and its routes, each created together with its authorizer. */
export function serviceRoutes(scope: Construct, props: ServiceRoutesProps): readonly ITerraformDependable[] {
  const { api, handshake, service, endpoint, after } = props;
  const integration = new Apigatewayv2Integration(scope, service.key, {
    apiId: api.id,
    integrationType: "HTTP_PROXY",
    integrationMethod: "ANY",
    integrationUri: endpoint.url,
    payloadFormatVersion: "1.0",
    timeoutMilliseconds: service.timeoutSeconds * 1000,
    requestParameters: {
      "overwrite:path": "$request.path",
      ...overwriting(HTTP_GATEWAY_HEADERS),
      ...handshake.requestParameters,
      ...removing(REMOVED_HEADERS),
    },
    dependsOn: [...endpoint.ready, ...after],
  });
  comesFrom(integration, ["services", service.key], { timeout_milliseconds: ["timeoutSeconds"] });
  return service.routes.map((route) => {
    const declared = new Apigatewayv2Route(scope, route.address, {
      apiId: api.id,
      routeKey: route.key,
      target: `integrations/${integration.id}`,
      ...handshake.decisionFor(route),
    });
    return comesFrom(declared, routeKey(service, route), { authorization_scopes: ["scopes"] });
  });
}
