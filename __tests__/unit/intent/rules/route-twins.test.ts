import { faults } from "../../../support/config-folder";

/** Faults of routes of one service, `public` or a scope each. */
const routes = (written: Readonly<Record<string, string>>) => {
  const access = Object.entries(written).map(([key, scope]) => [
    key,
    scope === "public" ? scope : { scopes: scope.split(" ") },
  ]);
  return faults(`services: { orders: { routes: ${JSON.stringify(Object.fromEntries(access))} } }`).map(
    (fault) => fault.split("  ")[0],
  );
};
const at = (key: string) => `services.orders.routes["${key}"]`;

test.each<[string, Record<string, string>]>([
  ["case", { "GET /o": "public", "POST /O": "orders/read" }],
  ["an extension", { "GET /o.json": "public", "GET /o": "orders/read" }],
  ["scopes that overlap", { "GET /o": "orders/read", "PUT /O": "orders/read orders/write" }],
])("paths that differ only in %s must allow the same callers", (_, written) => {
  expect(routes(written)).toEqual(Object.keys(written).map(at));
  const same = Object.fromEntries(Object.keys(written).map((key) => [key, "orders/read"]));
  expect(routes(same)).toEqual([]);
});

test("the same path and paths with variables, which the authorizer checks, are exempt", () => {
  expect(routes({ "GET /o": "public", "POST /o": "orders/write" })).toEqual([]);
  expect(routes({ "GET /o/{id}": "public", "PUT /O/{id}": "orders/write" })).toEqual([]);
});

test.each<[string, string, boolean]>([
  ["public", "orders/read", true],
  ["orders/read orders/write", "orders/read", true],
  ["orders/write", "orders/read", true],
  ["orders/read", "orders/read orders/write", false],
  ["orders/read", "public", false],
])("HEAD %s next to GET %s: refused is %s", (head, get, refused) => {
  expect(routes({ "GET /o/{id}": get, "HEAD /o/{key}": head })).toEqual(refused ? [at("HEAD /o/{key}")] : []);
});

test("the methods of ANY are included", () => {
  expect(routes({ "GET /o": "orders/read", "ANY /o": "public" })).toEqual([at("ANY /o")]);
});

test("a HEAD may require more scopes than GET, but not fewer", () => {
  const both = "{ allOf: [orders/read, orders/write] }";
  const heads = (head: string, get: string) =>
    faults(`services: { orders: { routes: { "GET /o": { scopes: ${get} }, "HEAD /o": { scopes: ${head} } } } }`).map(
      (fault) => fault.split("  ")[0],
    );
  expect(heads(both, "[orders/read]")).toEqual([]);
  expect(heads("[orders/read]", both)).toEqual([at("HEAD /o")]);
});
