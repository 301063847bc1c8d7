import { expandRoutes, pathPattern, splitRouteKey } from "../../../../intent/derived/routes";
import type { RouteConfig } from "../../../../intent/schema/config";

const PUBLIC: RouteConfig = { access: "public", stream: false };
const keys = (...written: readonly string[]) =>
  expandRoutes(
    "orders",
    written.map((key) => [key, PUBLIC]),
  ).map(({ key }) => key);

test("ANY becomes one route for every method except OPTIONS", () => {
  expect(keys("ANY /carts")).toEqual([
    "DELETE /carts",
    "GET /carts",
    "HEAD /carts",
    "PATCH /carts",
    "POST /carts",
    "PUT /carts",
  ]);
});

test("ANY leaves out methods that the service declares for the same path, whatever the names of variables", () => {
  expect(keys("ANY /carts/{id}", "GET /carts/{cartId}", "PUT /carts")).toEqual([
    "DELETE /carts/{id}",
    "HEAD /carts/{id}",
    "PATCH /carts/{id}",
    "POST /carts/{id}",
    "PUT /carts/{id}",
    "GET /carts/{cartId}",
    "PUT /carts",
  ]);
});

test("a greedy variable and a plain one make different paths", () => {
  expect(keys("ANY /a/{id}", "GET /a/{path+}")).toContain("GET /a/{id}");
  expect(pathPattern("/a/{path+}/{id}")).toBe("/a/{+}/{}");
});

test("each route has its line, its access and its address", () => {
  expect(expandRoutes("orders", [["GET /orders/{id}", PUBLIC]])).toEqual([
    {
      serviceId: "orders",
      written: "GET /orders/{id}",
      key: "GET /orders/{id}",
      method: "GET",
      path: "/orders/{id}",
      address: "orders_get_orders_by_id",
      pattern: "/orders/{}",
      config: PUBLIC,
    },
  ]);
});

test.each(["", "GET", "GET  /a", "GET /a b", "$default", " GET /a"])("%j is not a method and a path", (key) => {
  expect(splitRouteKey(key)).toBeUndefined();
});
