import { faults } from "../../../support/config-folder";

/** Public routes of both services, their keys separated by commas. */
const routes = (orders: string, catalog = "GET /products") =>
  faults(`services: { orders: { routes: ${listed(orders)} }, catalog: { routes: ${listed(catalog)} } }`);
const listed = (keys: string) => JSON.stringify(Object.fromEntries(keys.split(", ").map((key) => [key, "public"])));
const SAME = "expected one route for each method and path (variable names do not count)";

test("routes that differ in method, path or kind of variable are distinct", () => {
  const orders = "GET /o/{id}, PUT /o/{id}, GET /o/{path+}, GET /o/id, GET /o";
  expect(routes(orders)).toEqual([]);
});

test("two variables at the same place match the same requests", () => {
  expect(routes("GET /o/{id}, GET /o/{orderId}")).toEqual([
    `services.orders.routes["GET /o/{id}"]  got GET /o/{id}, which matches the same requests as GET /o/{orderId} of orders, ${SAME}`,
    `services.orders.routes["GET /o/{orderId}"]  got GET /o/{orderId}, which matches the same requests as GET /o/{id} of orders, ${SAME}`,
  ]);
});

test("two services cannot claim the same route", () => {
  expect(routes("GET /products")).toEqual([
    `services.orders.routes["GET /products"]  got GET /products, which matches the same requests as GET /products of catalog, ${SAME}`,
    `services.catalog.routes["GET /products"]  got GET /products, which matches the same requests as GET /products of orders, ${SAME}`,
  ]);
});

test("ANY that clashes with routes of another service is reported once", () => {
  const catalog = "ANY /x/{id}, GET /products";
  const any = `services.catalog.routes["ANY /x/{id}"]  got GET /x/{id}, which matches the same requests as GET /x/{key} of orders, ${SAME}`;
  expect(routes("GET /x/{key}, PUT /x/{key}", catalog)).toEqual([
    `services.orders.routes["GET /x/{key}"]  got GET /x/{key}, which matches the same requests as ANY /x/{id} of catalog, ${SAME}`,
    `services.orders.routes["PUT /x/{key}"]  got PUT /x/{key}, which matches the same requests as ANY /x/{id} of catalog, ${SAME}`,
    any,
  ]);
  expect(routes("ANY /x/{key}", catalog)).toHaveLength(2);
});

test("ANY does not clash with routes of its own service", () => {
  expect(routes("ANY /x/{id}, GET /x/{key}")).toEqual([]);
});

test.each([
  ["GET /o/{id}, GET /o/by/id", "GET /o/{id}", "GET /o/by/id"],
  ["GET /o/Export, GET /o/export", "GET /o/export", "GET /o/Export"],
  ["GET /o/a-b, GET /o/a_b", "GET /o/a_b", "GET /o/a-b"],
])("%s would have the same Terraform address", (orders, ...keys) => {
  const found = routes(orders);
  expect(found.map((fault) => fault.split("  ")[0])).toEqual(
    expect.arrayContaining(keys.map((key) => `services.orders.routes["${key}"]`)),
  );
  expect(found).toHaveLength(2);
  expect(found.every((fault) => fault.includes("whose Terraform address orders_get_o_"))).toBe(true);
});

test("addresses must also differ between services", () => {
  const changes = `services:
  a: { image: docker.io/acme/a, routes: { GET /get/x: public } }
  a-get: { image: docker.io/acme/a, routes: { GET /x: public } }`;
  expect(faults(changes)).toEqual([
    'services.a.routes["GET /get/x"]  got GET /get/x, whose Terraform address a_get_get_x is that of GET /x of a-get, expected a unique address',
    'services.a-get.routes["GET /x"]  got GET /x, whose Terraform address a_get_get_x is that of GET /get/x of a, expected a unique address',
  ]);
});

const route = (key: string) => `services: { catalog: { routes: { ${JSON.stringify(key)}: public } } }`;

test("a valid route key is accepted", () => {
  expect(faults(route("GET /a/{id}"))).toEqual([]);
});

test("a route key that API Gateway would refuse is a problem at its own line", () => {
  expect(faults(route("GET /a-{id}"))).toEqual([
    'services.catalog.routes["GET /a-{id}"]  got "a-{id}" in the path /a-{id}, expected either text, or one variable such as {id} or {path+} (API Gateway does not allow a mixture)',
  ]);
});

test("an invalid route key is not also reported as a clash", () => {
  expect(faults(route("GET /products/"))).toEqual([
    'services.catalog.routes["GET /products/"]  got the path /products/, expected a path without // and without a slash at its end',
  ]);
});
