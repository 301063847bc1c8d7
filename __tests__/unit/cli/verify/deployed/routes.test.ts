import { permittedRoute, probeRoutes } from "../../../../../cli/verify/deployed/routes";
import { POLICY } from "../../../../support/verify/policy";

const keysOf = (asked: readonly string[] = []) => probeRoutes(POLICY, asked).map(({ key }) => key);

test("returns only GET routes, public before scoped, literal before variable, each with a path that the authorizer accepts", () => {
  expect(probeRoutes(POLICY, []).map(({ key, path }) => [key, path])).toEqual([
    ["GET /products", "/products"],
    ["GET /status", "/status"],
    ["GET /products/{sku}", "/products/front-door-probe"],
    ["GET /orders", "/orders"],
    ["GET /orders/export", "/orders/export"],
    ["GET /refunds", "/refunds"],
    ["GET /orders/{id}", "/orders/front-door-probe"],
    ["GET /carts/{id}", "/carts/front-door-probe"],
  ]);
});

test("puts the route of --route first, with its path as written", () => {
  expect(probeRoutes(POLICY, ["GET /orders/42"])[0]).toMatchObject({ key: "GET /orders/{id}", path: "/orders/42" });
  expect(probeRoutes(POLICY, ["GET /orders/{id}"])[0]).toMatchObject({ path: "/orders/front-door-probe" });
  expect(probeRoutes(POLICY, ["GET /orders/export"])[0]).toMatchObject({
    key: "GET /orders/export",
    hasVariable: false,
  });
  expect(keysOf(["GET /refunds", "GET /orders"]).slice(0, 2)).toEqual(["GET /refunds", "GET /orders"]);
  expect(keysOf(["GET /orders/42"])).toHaveLength(keysOf().length);
});

test.each(["GET /ordres", "POST /orders", "/orders", "GET /orders/%2F"])("refuses %s as a route", (text) => {
  expect(() => probeRoutes(POLICY, [text])).toThrow(`--route: no GET route of this environment takes "${text}"`);
});

test("assigns no route to a path that the authorizer refuses", () => {
  expect(permittedRoute(POLICY, "/orders/42")).toBe("GET /orders/{id}");
  expect(permittedRoute(POLICY, "/orders/EXPORT")).toBeUndefined();
  expect(permittedRoute(POLICY, "/orders/a%2Fb")).toBeUndefined();
});
