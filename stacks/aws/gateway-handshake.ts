import type { Apigatewayv2RouteConfig } from "@cdktf/provider-aws/lib/apigatewayv2-route";
import type { ITerraformDependable } from "cdktf";
import type { Route } from "../../intent/model/intent";

/** All in which one handshake's gateway differs from the other's. */
export interface GatewayHandshake {
  /** Who decides on a route's calls. */
  decisionFor(route: Route): RouteDecision;
  /** What the integration does to each request, beside what both handshakes do. */
  readonly requestParameters: Readonly<Record<string, string>>;
  /** Fields of the access log that name the caller. */
  readonly callerFields: Readonly<Record<string, string>>;
  readonly stageVariables?: Readonly<Record<string, string>>;
  /** Wait for these before the stage changes. */
  readonly ready: readonly ITerraformDependable[];
}

export type RouteDecision = Pick<Apigatewayv2RouteConfig, "authorizationType" | "authorizerId" | "authorizationScopes">;
