import { RouteTable } from "../../../../../packages/local-front-door/gateway/http/gateway-request";
import { Stack } from "../../../../../packages/local-front-door/terraform/stack";
import { gatewayRoute } from "../../../../component/envoy/support/gateway-route";
import fc from "../../../../support/properties";
import { testAll } from "../../../../support/test-all";

function table(...keys: readonly string[]): RouteTable {
  const routes = Object.fromEntries(keys.map((route_key, index) => [`r${index}`, { route_key }]));
  const provider = {
    aws: [{ region: "eu-west-1", allowed_account_ids: ["111122223333"] }],
    google: [{ project: "x", region: "y" }],
  };
  return new RouteTable(Stack.of({ provider, resource: { aws_apigatewayv2_route: routes } }, "/"));
}

const ROUTES = table(
  "GET /{proxy+}",
  "GET /orders/{id}",
  "GET /orders/export",
  "POST /orders",
  "ANY /any",
  "GET /a/{x}/c",
  "GET /a/b/{rest+}",
  "GET /",
);

testAll([
  ["GET", "/orders/export", "GET /orders/export"],
  ["GET", "/orders/Export", "GET /orders/{id}"],
  ["GET", "/orders/7/8", "GET /{proxy+}"],
  ["GET", "/orders/", "GET /{proxy+}"],
  ["POST", "/orders", "POST /orders"],
  ["DELETE", "/any", "ANY /any"],
  ["GET", "/a/b/c", "GET /a/b/{rest+}"],
  ["GET", "/a/x/c", "GET /a/{x}/c"],
  ["GET", "/", "GET /"],
])("%s %s goes to %s", (method, path, expected) => {
  expect(ROUTES.find(method, path)?.routeKey).toBe(expected);
});

test("a specific method has precedence over ANY, whatever the order of declaration", () => {
  expect(table("ANY /x/{id}", "GET /x/{id}").find("GET", "/x/1")?.routeKey).toBe("GET /x/{id}");
});

test("the route is the narrowest that matches, whatever the order of declaration", () => {
  const word = fc.constantFrom("a", "b");
  const segments = fc.array(fc.oneof(word, fc.constant("{v}")), { minLength: 1, maxLength: 3 });
  const path = fc.tuple(segments, fc.boolean()).map(([all, greedy]) => {
    const named = all.map((segment, index) => (segment === "{v}" ? `{v${index}}` : segment));
    return `GET /${[...named, ...(greedy ? ["{rest+}"] : [])].join("/")}`;
  });
  const shape = (key: string) => key.replace(/\{\w+/g, "{");
  const keys = fc.uniqueArray(path, { selector: shape, minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(keys, fc.array(word, { minLength: 1, maxLength: 4 }), (routes, wanted) => {
      const target = `/${wanted.join("/")}`;
      const expected = gatewayRoute(routes, "GET", target);
      expect(table(...routes).find("GET", target)?.routeKey).toBe(expected);
      expect(table(...[...routes].reverse()).find("GET", target)?.routeKey).toBe(expected);
    }),
    { numRuns: 500 },
  );
});

testAll([
  ["POST", "/orders/7"],
  ["PUT", "/orders"],
  ["POST", "/"],
])("%s %s has no route", (method, path) => {
  expect(ROUTES.find(method, path)).toBeUndefined();
});

test("variables have the values in their place", () => {
  expect(ROUTES.find("GET", "/orders/a b")?.pathParameters).toEqual({ id: "a b" });
  expect(ROUTES.find("GET", "/a/b/c/d")?.pathParameters).toEqual({ rest: "c/d" });
});

testAll(["$default", "GET", "get /x"])("the route key %s is unknown to the stand-in", (key) => {
  expect(() => table(key)).toThrow("aws_apigatewayv2_route.r0.route_key");
});

test("two routes with the same key are refused, as by API Gateway", () => {
  expect(() => table("GET /a", "GET /a")).toThrow("aws_apigatewayv2_route.r1.route_key: ");
});
