import { Apigatewayv2Integration } from "@cdktf/provider-aws/lib/apigatewayv2-integration";
import { Apigatewayv2Route } from "@cdktf/provider-aws/lib/apigatewayv2-route";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { Route, Service } from "../../intent/model/intent";
import type { RunEndpoint } from "../run-endpoint";
import type { GatewayHandshake } from "./gateway-handshake";
import type { HttpApi } from "./http-api";
import { REMOVED_HEADERS } from "./withheld-headers";

/** What the gateway sets on each request to a service, whatever the handshake. Always overwritten: no caller can write it. */
const SERVICE_HEADERS = {
  "overwrite:path": "$request.path",
  // Per request, and so never from an authorizer, whose answer may be replayed.
  "overwrite:header.X-Request-Id": "$context.requestId",
  "overwrite:header.X-Gateway-Route": "$context.routeKey",
} as const;

export interface ServiceRoutesProps {
  readonly api: HttpApi;
  readonly handshake: GatewayHandshake;
  readonly service: Service;
  readonly endpoint: RunEndpoint;
  /** Wait for these as well: the service's AWS role, where it has one. */
  readonly after: readonly ITerraformDependable[];
}

/** One service behind the API: one integration, and each route created together with whoever decides on it. */
export class ServiceRoutes extends Construct {
  readonly routes: ITerraformDependable[];

  constructor(scope: Construct, id: string, props: ServiceRoutesProps) {
    super(scope, id);
    const integration = new Apigatewayv2Integration(this, props.service.key, {
      apiId: props.api.id,
      integrationType: "HTTP_PROXY",
      integrationMethod: "ANY",
      integrationUri: props.endpoint.url,
      payloadFormatVersion: "1.0",
      timeoutMilliseconds: props.service.timeoutSeconds * 1000,
      requestParameters: {
        ...SERVICE_HEADERS,
        ...props.handshake.requestParameters,
        ...Object.fromEntries(REMOVED_HEADERS.map((name) => [`remove:header.${name}`, "''"])),
      },
      dependsOn: [...props.endpoint.ready, ...props.after],
    });
    this.routes = props.service.routes.map((route) => this.route(route, integration, props));
  }

  private route(route: Route, integration: Apigatewayv2Integration, props: ServiceRoutesProps): Apigatewayv2Route {
    return new Apigatewayv2Route(this, route.address, {
      apiId: props.api.id,
      routeKey: route.key,
      target: `integrations/${integration.id}`,
      ...props.handshake.decisionFor(route),
    });
  }
}
