import type { JSONWebKeySet } from "jose";
import { RouteTable, readGatewayRequest } from "../../../../packages/local-front-door/gateway/http/gateway-request";
import {
  decideJwt,
  type JwtAuthorizer,
  jwtAuthorizersByRoute,
} from "../../../../packages/local-front-door/gateway/http/jwt-authorizers";
import { headBytes, MOST_HEAD_BYTES } from "../../../../packages/local-front-door/gateway/shared/size-limits";
import type { Stack } from "../../../../packages/local-front-door/terraform/stack";
import type { HandshakeCall } from "./call";

/** API Gateway's documented rules for a route of type JWT. No request is sent, and there is no backend. */
export class JwtEdge {
  private readonly routes: RouteTable;
  private readonly authorizers: ReadonlyMap<string, JwtAuthorizer>;

  constructor(
    private readonly stack: Stack,
    private readonly keys: (issuer: string) => JSONWebKeySet,
  ) {
    this.routes = new RouteTable(stack);
    this.authorizers = jwtAuthorizersByRoute(stack, stack.all("aws_apigatewayv2_authorizer"));
  }

  /** The status of the gateway's own response; 200 if it forwards the request. */
  async status({ method, target, headers }: HandshakeCall): Promise<number> {
    const rawHeaders = headers.flat();
    if (headBytes({ method, url: target, rawHeaders }) > MOST_HEAD_BYTES) return 431;
    const read = readGatewayRequest({ method, target, headers, host: "", body: "" });
    if (read === undefined) return 400;
    const route = this.routes.find(read.method, read.path)?.route;
    if (route === undefined) return 404;
    const authorizer = this.authorizers.get(route.address);
    if (authorizer === undefined) throw new Error(`${route.address}: expected a route of the type JWT`);
    const decision = await decideJwt({
      authorizer,
      scopes: this.stack.texts(route, "authorization_scopes"),
      authorization: read.headers.get("authorization"),
      keys: () => this.keys(authorizer.issuer),
      now: Date.now(),
    });
    return decision.status;
  }
}
