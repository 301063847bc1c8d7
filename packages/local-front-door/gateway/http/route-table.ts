import { type Resource, StackError } from "../../terraform/document";
import type { AttributeUse, Stack } from "../../terraform/stack";

const ROUTE: AttributeUse = {
  read: ["api_id", "route_key", "target", "authorization_scopes", "authorization_type", "authorizer_id"],
};

/** A request's route, and the values of its variables. */
export interface RouteMatch {
  readonly route: Resource;
  readonly routeKey: string;
  readonly pathParameters: Readonly<Record<string, string>>;
}

interface TableEntry {
  readonly route: Resource;
  readonly routeKey: string;
  readonly method: string;
  readonly segments: readonly string[];
}

/**
 * The routes of the stack, selected like an HTTP API does: by whole segments, case-sensitive, a literal before a
 * variable before a greedy one.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
 */
export class RouteTable {
  private readonly entries: readonly TableEntry[];

  constructor(stack: Stack) {
    const read = (route: Resource): TableEntry => {
      const routeKey = stack.text(route, "route_key");
      const [, method = "", path = ""] = /^([A-Z]+) \/(.*)$/.exec(routeKey) ?? [];
      if (method === "") throw new StackError(`${route.address}.route_key`, `no method and path: ${routeKey}`);
      return { route, routeKey, method, segments: path.split("/") };
    };
    const routes = stack.declaredApart("aws_apigatewayv2_route", ROUTE);
    const entries = stack.readEach(routes, read);
    for (const [index, { route, routeKey }] of entries.entries()) {
      if (entries.findIndex((each) => each.routeKey === routeKey) !== index) {
        stack.fault(`${route.address}.route_key`, `API Gateway refuses a second route ${routeKey}`);
      }
    }
    this.entries = [...entries].sort(compare);
  }

  get keys(): readonly string[] {
    return this.entries.map(({ routeKey }) => routeKey);
  }

  has(key: string): boolean {
    return this.entries.some(({ routeKey }) => routeKey === key);
  }

  /** @param path decoded, without the query */
  find(method: string, path: string): RouteMatch | undefined {
    const found = path.slice(1).split("/");
    for (const { route, routeKey, method: wanted, segments } of this.entries) {
      const pathParameters = wanted === method || wanted === "ANY" ? parametersOf(segments, found) : undefined;
      if (pathParameters !== undefined) return { route, routeKey, pathParameters };
    }
    return undefined;
  }
}

/**
 * Narrower first, segment by segment. For the same path, its own method before ANY. Paths of different lengths never
 * compete.
 */
function compare(one: TableEntry, other: TableEntry): number {
  const most = Math.max(one.segments.length, other.segments.length);
  for (let index = 0; index < most; index += 1) {
    const difference = breadth(one.segments[index] ?? "") - breadth(other.segments[index] ?? "");
    if (difference !== 0) return difference;
  }
  return Number(one.method === "ANY") - Number(other.method === "ANY");
}

function breadth(segment: string): number {
  if (segment.endsWith("+}")) return 2;
  return segment.startsWith("{") ? 1 : 0;
}

function parametersOf(segments: readonly string[], found: readonly string[]): Record<string, string> | undefined {
  const parameters: Record<string, string> = {};
  for (const [index, segment] of segments.entries()) {
    const text = found[index];
    if (text === undefined || (breadth(segment) === 0 ? text !== segment : text === "")) return undefined;
    if (breadth(segment) === 1) parameters[segment.slice(1, -1)] = text;
    if (breadth(segment) === 2) return { ...parameters, [segment.slice(1, -2)]: found.slice(index).join("/") };
  }
  return found.length === segments.length ? parameters : undefined;
}
