import { patternOfKey, type RoutePattern, valuesOf } from "../../../../contract/route-pattern";
import { narrower, pathsOf, type RoutePath, takesMethod } from "../../../../contract/route-selection";
import type { LocalRequest } from "../../net/local-http";
import { type Resource, StackError } from "../../terraform/document";
import type { AttributeUse, Stack } from "../../terraform/stack";
import type { PlacedTrace } from "../../trace/trace";

/** A request with its route, and everything that identity sources and mappings may refer to. */
export interface GatewayRequest {
  readonly method: string;
  /** Decoded once, as authorizer and integration receive it. */
  readonly path: string;
  readonly query: string;
  /** Names in lower case; values of a repeated header joined by commas. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
  readonly bytes?: Uint8Array;
  readonly sourceIp: string;
  readonly match: RouteMatch;
  readonly stageVariables: ReadonlyMap<string, string>;
  readonly requestId: string;
  /** Decisions about this request, at the gateway. */
  readonly trace: PlacedTrace;
  /** The context that the authorizer returned; empty if no authorizer was called. */
  readonly authorizer: ReadonlyMap<string, string>;
}

/** The request without its route; undefined if its path cannot be decoded. */
export function readGatewayRequest(request: LocalRequest) {
  const [rawPath = "", ...rest] = request.target.split("?");
  const headers = new Map<string, string>();
  for (const [name, value] of request.headers) {
    const key = name.toLowerCase();
    headers.set(key, headers.has(key) ? `${headers.get(key)},${value}` : value);
  }
  try {
    const path = decodeURIComponent(rawPath);
    const { method, body, bytes } = request;
    return { method, path, query: rest.join("?"), headers, body, bytes };
  } catch {
    return undefined;
  }
}

/**
 * The value of an expression in an identity source or a parameter mapping, such as `$request.header.X` or
 * `$context.routeKey`. Undefined if the request has no such value. An unknown expression is an error.
 */
export function expressionValue(expression: string, request: GatewayRequest, address: string): string | undefined {
  const [, source = "", name = ""] = /^\$([a-zA-Z]+)\.(.+)$/.exec(expression) ?? [];
  if (source === "stageVariables") return request.stageVariables.get(name);
  if (source === "request") return requestValue(name, request, address);
  if (source === "context") return contextValue(name, request, address);
  throw new StackError(address, `unknown expression ${expression}`);
}

function requestValue(name: string, request: GatewayRequest, address: string): string | undefined {
  if (name === "path") return request.path;
  const [, place, key = ""] = /^(header|querystring)\.(.+)$/.exec(name) ?? [];
  if (place === "header") return request.headers.get(key.toLowerCase());
  if (place === "querystring") return new URLSearchParams(request.query).get(key) ?? undefined;
  throw new StackError(address, `unknown expression $request.${name}`);
}

function contextValue(name: string, request: GatewayRequest, address: string): string | undefined {
  if (name.startsWith("authorizer.")) return request.authorizer.get(name.slice("authorizer.".length));
  const known: Readonly<Record<string, string>> = {
    routeKey: request.match.routeKey,
    path: request.path,
    requestId: request.requestId,
    httpMethod: request.method,
    "identity.sourceIp": request.sourceIp,
  };
  if (!Object.hasOwn(known, name)) throw new StackError(address, `unknown expression $context.${name}`);
  return known[name];
}

const ROUTE: AttributeUse = {
  read: ["api_id", "route_key", "target", "authorization_scopes", "authorization_type", "authorizer_id"],
};

/** A request's route, and the values of its variables. */
interface RouteMatch {
  readonly route: Resource;
  readonly routeKey: string;
  readonly pathParameters: Readonly<Record<string, string>>;
}

interface TableEntry extends RoutePath {
  readonly pattern: RoutePattern;
  readonly route: Resource;
}

/**
 * The routes of the stack, selected like an HTTP API does, in the order that the review assumes.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
 */
export class RouteTable {
  private readonly entries: readonly TableEntry[];

  constructor(stack: Stack) {
    const read = (route: Resource): TableEntry => {
      const key = stack.text(route, "route_key");
      const [path] = /^[A-Z]+ \//.test(key) ? pathsOf(key) : [];
      if (path === undefined) throw new StackError(`${route.address}.route_key`, `no method and path: ${key}`);
      return { ...path, pattern: patternOfKey(key), route };
    };
    const routes = stack.declaredApart("aws_apigatewayv2_route", ROUTE);
    const entries = stack.readEach(routes, read);
    for (const [index, { route, key }] of entries.entries()) {
      if (entries.findIndex((each) => each.key === key) !== index) {
        stack.fault(`${route.address}.route_key`, `API Gateway refuses a second route ${key}`);
      }
    }
    this.entries = [...entries].sort(narrower);
  }

  get keys(): readonly string[] {
    return this.entries.map(({ key }) => key);
  }

  has(key: string): boolean {
    return this.entries.some((each) => each.key === key);
  }

  /** @param path decoded, without the query */
  find(method: string, path: string): RouteMatch | undefined {
    for (const entry of this.entries) {
      const pathParameters = takesMethod(entry, { method }) ? valuesOf(entry.pattern, path) : undefined;
      if (pathParameters !== undefined) return { route: entry.route, routeKey: entry.key, pathParameters };
    }
    return undefined;
  }
}
