import type { APIGatewayRequestAuthorizerEventV2 } from "aws-lambda";
import type { FunctionResult } from "../../../../packages/local-front-door/function/function";
import {
  expressionValue,
  type GatewayRequest,
} from "../../../../packages/local-front-door/gateway/http/gateway-request";
import type { Resource } from "../../../../packages/local-front-door/terraform/document";
import type { Stack } from "../../../../packages/local-front-door/terraform/stack";
import { LocalTrace } from "../../../../packages/local-front-door/trace/trace";
import { requestEvent } from "../../../support/authorizer/event";

/** The parts of a request that may affect a decision. */
export interface Asked {
  readonly routeKey: string;
  readonly path: string;
  readonly authorization?: string;
  /** The stage variable `policy`. */
  readonly policy: string;
}

/** The authorizers in the design. */
export const AUTHORIZERS = ["scoped", "scoped_path", "public", "public_path"] as const;

/** A request that its authorizer allows; the token has `orders/read`. */
export function goodRequest(name: (typeof AUTHORIZERS)[number], token: string): Asked {
  const [routeKey, path] = {
    scoped: ["GET /orders", "/orders"],
    scoped_path: ["GET /orders/{id}", "/orders/7"],
    public: ["GET /products", "/products"],
    public_path: ["GET /products/{sku}", "/products/7"],
  }[name] as [string, string];
  return { routeKey, path, policy: "p1", ...(name.startsWith("scoped") && { authorization: `Bearer ${token}` }) };
}

/** The authorizers of a stack as cache keys: the values by which the gateway distinguishes two requests. */
export class CacheKeys {
  constructor(private readonly stack: Stack) {}

  get names(): readonly string[] {
    return this.stack.all("aws_apigatewayv2_authorizer").map(({ name }) => name);
  }

  /** Route keys that use this authorizer. */
  routesOf(name: string): readonly string[] {
    const id = this.stack.text(this.authorizer(name), "id");
    const routes = this.stack.all("aws_apigatewayv2_route");
    return routes
      .filter((route) => this.stack.text(route, "authorizer_id") === id)
      .map((route) => this.stack.text(route, "route_key"));
  }

  nameFor(routeKey: string): string {
    const found = this.names.find((name) => this.routesOf(name).includes(routeKey));
    if (found === undefined) throw new Error(`no authorizer for ${routeKey}`);
    return found;
  }

  /** Values of the identity sources; undefined if one is missing, because the gateway then answers itself. */
  keyOf(name: string, asked: Asked): readonly string[] | undefined {
    const authorizer = this.authorizer(name);
    const sources = this.stack.texts(authorizer, "identity_sources");
    const values = sources.map((source) => expressionValue(source, gatewayRequest(asked), authorizer.address));
    return values.every((value): value is string => value !== undefined && value !== "") ? values : undefined;
  }

  /** The documented event for this request, with the identity sources of this authorizer. */
  eventOf(name: string, asked: Asked): APIGatewayRequestAuthorizerEventV2 {
    const identitySource = [...(this.keyOf(name, asked) ?? [])];
    return { ...requestEvent({ ...asked }), identitySource, stageVariables: { policy: asked.policy } };
  }

  private authorizer(name: string): Resource {
    const found = this.stack.all("aws_apigatewayv2_authorizer").find((each) => each.name === name);
    if (found === undefined) throw new Error(`no authorizer ${name}`);
    return found;
  }
}

/** Replays an answer to every request with the same key, as a gateway may. An error is never cached. */
export class ReplayingGateway {
  private readonly kept = new Map<string, FunctionResult>();

  replay(key: readonly string[]): FunctionResult | undefined {
    return this.kept.get(JSON.stringify(key));
  }

  keep(key: readonly string[], result: FunctionResult): void {
    if (result.kind === "answer") this.kept.set(JSON.stringify(key), result);
  }
}

function gatewayRequest({ routeKey, path, authorization, policy }: Asked): GatewayRequest {
  return {
    method: routeKey.split(" ")[0] ?? "",
    path,
    query: "",
    headers: new Map(authorization === undefined ? [] : [["authorization", authorization]]),
    body: "",
    sourceIp: "192.0.2.1",
    // Only the key of the route matters here.
    match: { routeKey, pathParameters: {} } as unknown as GatewayRequest["match"],
    stageVariables: new Map([["policy", policy]]),
    requestId: "JKJaXmPLvHcESHA=",
    trace: new LocalTrace().at(undefined),
    authorizer: new Map(),
  };
}
