import { BASE, DEV, faults, intentsOf } from "../../../support/config-folder";

const intent = (base: string) => intentsOf({ "base.yaml": base, "dev.yaml": DEV })[0];

const renamed = BASE.replace("  orders:\n    image", "  sales:\n    previousName: orders\n    image");

test("a renamed service keeps its names, its audience and its scopes, and gets new addresses", () => {
  const service = (of: ReturnType<typeof intent>, key: string) => of?.services.find((each) => each.key === key);
  const [before, after] = [service(intent(BASE), "orders"), service(intent(renamed), "sales")];
  expect({ ...after, key: "", routes: [] }).toEqual({ ...before, key: "", routes: [] });
  expect(after?.routes.map(({ key, previousAddress }) => [key, previousAddress])).toEqual(
    before?.routes.map(({ key, address }) => [key, address]),
  );
  expect(after?.routes.every(({ address }) => address.startsWith("sales_"))).toBe(true);
});

test("a renamed route has its former address, unless the address is the same", () => {
  const moved = BASE.replace(
    "GET /orders: { scopes: [orders/read] }",
    'GET /v2/orders: { scopes: [orders/read], previousName: "GET /orders" }',
  );
  const routes = intent(moved)?.services.find(({ id }) => id === "orders")?.routes ?? [];
  expect(routes.map(({ key, address, previousAddress }) => [key, address, previousAddress])).toEqual(
    expect.arrayContaining([
      ["GET /v2/orders", "orders_get_v2_orders", "orders_get_orders"],
      ["POST /orders", "orders_post_orders", undefined],
    ]),
  );
});

test("ANY moves each method, and a former single method moves only that one", () => {
  const any = (previousName: string) =>
    BASE.replace(
      "GET /orders: { scopes: [orders/read] }",
      `ANY /any: { scopes: [orders/read], previousName: "${previousName}" }`,
    );
  const from = (previousName: string) =>
    (intent(any(previousName))?.services.find(({ id }) => id === "orders")?.routes ?? [])
      .filter(({ path }) => path === "/any")
      .flatMap(({ method, previousAddress }) =>
        previousAddress === undefined ? [] : [`${method} ${previousAddress}`],
      );
  expect(from("ANY /a")).toContain("PUT orders_put_a");
  expect(from("GET /a")).toEqual(["GET orders_get_a"]);
});

test.each([
  ["orders", "a name in use"],
  ["catalog", "a name in use"],
])("the former name %s must not be in use", (name, fault) => {
  expect(faults(`services: { catalog: { previousName: ${name} } }`)).toContainEqual(
    expect.stringContaining(`services.catalog.previousName  got "${name}", which is ${fault}`),
  );
});
