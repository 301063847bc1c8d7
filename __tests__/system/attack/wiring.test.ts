import { set } from "../../support/local/document";
import { testAll } from "../../support/test-all";
import { Arena } from "./support/arena";

const wired = (route: string, to: string) =>
  set(`aws_apigatewayv2_route.${route}`, { authorizer_id: `\${aws_apigatewayv2_authorizer.${to}.id}` });

let arena: Arena;
beforeAll(async () => {
  arena = await Arena.open(
    "http",
    wired("orders_get_orders", "public"),
    wired("orders_get_orders_by_id", "public_path"),
    wired("orders_delete_orders_by_id", "scoped"),
    wired("catalog_get_products", "scoped"),
    wired("catalog_get_products_by_sku", "public"),
  );
}, 60_000);
afterAll(() => arena?.close());

describe("a route wired to the wrong authorizer fails for every caller, even with a valid token", () => {
  testAll([
    ["a scoped route to the public authorizer", "GET", "/orders", "anyone", "route-kind"],
    ["a scoped route with a variable to the public authorizer of paths", "GET", "/orders/7", "anyone", "route-kind"],
    [
      "a scoped route with a variable to the authorizer of literal paths",
      "DELETE",
      "/orders/7",
      "callers",
      "identity-sources",
    ],
    ["a public route to the callers' authorizer", "GET", "/products", "callers", "route-kind"],
    [
      "a public route with a variable to the authorizer of literal paths",
      "GET",
      "/products/7",
      "anyone",
      "identity-sources",
    ],
  ] as const)("%s", async (_, method, path, name, reason) => {
    await Promise.all([arena.callers.lines(), arena.anyone.lines()]);
    const { status, body } = await arena.send(path, { method, token: arena.web(["orders/read", "orders/write"]) });
    expect({ status, body }).toEqual(arena.api.failed);
    expect(await arena[name].lines()).toMatchObject([{ decision: "unavailable", reason }]);
  });
});
