import { expandRoutes, pathPattern, splitRouteKey } from "../../../../intent/derived/routes";
import type { RouteConfig } from "../../../../intent/schema/config";

const keys = (routes: Record<string, RouteConfig>) =>
  expandRoutes("orders", Object.entries(routes)).map(({ key }) => key);

test("ANY is every method but OPTIONS, one route each", () => {
  expect(keys({ "ANY /carts": "public" })).toEqual([
    "DELETE /carts",
    "GET /carts",
    "HEAD /carts",
    "PATCH /carts",
    "POST /carts",
    "PUT /carts",
  ]);
});

test("ANY leaves out what the service declares for the same path, whatever its variables are called", () => {
  const routes = { "ANY /carts/{id}": "public", "GET /carts/{cartId}": "public", "PUT /carts": "public" } as const;
  expect(keys(routes)).toEqual([
    "DELETE /carts/{id}",
    "HEAD /carts/{id}",
    "PATCH /carts/{id}",
    "POST /carts/{id}",
    "PUT /carts/{id}",
    "GET /carts/{cartId}",
    "PUT /carts",
  ]);
});

test("a greedy variable is another path than a plain one", () => {
  expect(keys({ "ANY /a/{id}": "public", "GET /a/{path+}": "public" })).toContain("GET /a/{id}");
  expect(pathPattern("/a/{path+}/{id}")).toBe("/a/{+}/{}");
});

test("each route knows its line, its access and its address", () => {
  expect(expandRoutes("orders", [["GET /orders/{id}", "public"]])).toEqual([
    {
      serviceId: "orders",
      written: "GET /orders/{id}",
      key: "GET /orders/{id}",
      method: "GET",
      path: "/orders/{id}",
      address: "orders_get_orders_by_id",
      pattern: "/orders/{}",
      config: "public",
    },
  ]);
});

test.each(["", "GET", "GET  /a", "GET /a b", "$default", " GET /a"])("%j is no method and path", (key) => {
  expect(splitRouteKey(key)).toBeUndefined();
});
