import { patternOfKey, type RoutePattern, valuesOf } from "../../../../contract/route-pattern";
import { narrower, pathsOf, type RoutePath, takesMethod } from "../../../../contract/route-selection";
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
    for (const { route, key: routeKey, ...own } of this.entries) {
      const pathParameters = takesMethod(own, { method }) ? valuesOf(own.pattern, path) : undefined;
      if (pathParameters !== undefined) return { route, routeKey, pathParameters };
    }
    return undefined;
  }
}
