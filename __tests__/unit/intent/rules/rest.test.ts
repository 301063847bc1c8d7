import { BASE, DEV, faults, otherIssuers, problemsOf } from "../../../support/config-folder";
import { testAll } from "../../../support/test-all";

const rest = (rest: string) => faults(`gateway: { kind: rest }\n${rest}`);

test("one key turns the test config into a REST API", () => {
  expect(rest("")).toEqual([]);
});

test("settings that only a REST API has are refused for an HTTP API, each at its line", () => {
  const wanted = `gateway: { tracing: true, defaultPlan: { quota: { requests: 10, per: day } } }
services:
  orders: { forwardAuthorization: false, routes: { GET /orders: { stream: true } } }
clients:
  web: { quota: { requests: 10, per: week }, throttle: { ratePerSecond: 1, burst: 1 } }
`;
  expect(faults(wanted)).toEqual(
    [
      "gateway.tracing  got X-Ray's tracing",
      "gateway.defaultPlan  got a usage plan for each caller",
      "services.orders.forwardAuthorization  got false (the token is withheld)",
      'services.orders.routes["GET /orders"].stream  got true (the response is streamed)',
      "clients.web.quota  got a quota of one caller",
      "clients.web.throttle  got a throttle of one caller",
    ].map((fault) => expect.stringContaining(`${fault}, expected no such setting`)),
  );
  expect(faults(`${wanted}`.replace("gateway: { ", "gateway: { kind: rest, "))).toEqual([]);
});

test("a REST API cannot have the shared-issuer handshake", () => {
  expect(rest("handshake: shared-issuer\n")).toContainEqual(
    expect.stringContaining("gateway.kind  got rest with handshake: shared-issuer, expected http"),
  );
});

test("a REST API waits 29 seconds, and 300 for a stream", () => {
  expect(rest("services: { orders: { timeoutSeconds: 30 } }")).toEqual([
    "services.orders.timeoutSeconds  got 30, expected at most 29 (a REST API's limit)",
  ]);
  const route = (text: string) => rest(`services: { orders: { routes: { GET /orders: { ${text} } } } }`);
  expect(route("stream: true, timeoutSeconds: 300")).toEqual([]);
  expect(route("stream: true, timeoutSeconds: 301")).toEqual([expect.stringContaining("at most 300")]);
  expect(route("timeoutSeconds: 5")).toEqual([expect.stringContaining("expected none without stream: true")]);
});

const routes = (...keys: readonly string[]) =>
  `services: { orders: { routes: { ${keys.map((key) => `"${key}": { scopes: [orders/read] }`).join(", ")} } } }`;

testAll([
  ["two variables below one part", "GET /orders/{id}", "PUT /orders/{orderId}", "/orders/{id} and /orders/{orderId}"],
  ["a greedy variable next to another", "GET /orders/{id}", "GET /orders/{rest+}", "/orders/{id} and /orders/{rest+}"],
  ["variables further up", "GET /orders/{a}/parts", "GET /orders/{b}/items", "/orders/{a} and /orders/{b}"],
  ["literals that differ in no letter", "GET /my-orders", "GET /my_orders", "/my-orders and /my_orders"],
  [
    "paths that differ in where their words end",
    "GET /my/big-orders",
    "PUT /my-big/orders",
    "/my-big/orders, whose Terraform address aws_api_gateway_resource.my_big_orders is that of /my/big-orders",
  ],
  [
    "a literal that is called as a variable elsewhere",
    "GET /orders/{id}/parts",
    "PUT /orders-by",
    "/orders-by, whose Terraform address aws_api_gateway_resource.orders_by is that of /orders/{id}",
  ],
  ["a literal that has a variable's address", "GET /orders/by", "GET /orders/{id}", "/orders/by and /orders/{id}"],
])("%s are refused only for a REST API", (_, one, other, got) => {
  expect(rest(routes(one, other))).toContainEqual(expect.stringContaining(`got ${got}`));
  expect(
    faults(routes(one, other)).filter((fault) => /one variable below each part|aws_api_gateway/.test(fault)),
  ).toEqual([]);
});

test("one variable below each path segment is accepted, whatever its siblings", () => {
  expect(rest(routes("GET /orders/{id}", "GET /orders/export", "GET /orders/{id}/parts", "GET /items/{sku}"))).toEqual(
    [],
  );
});

test("resources are counted, and the quota can be raised", () => {
  const many = routes(...Array.from({ length: 150 }, (_, index) => `GET /things${index}/{id}`));
  expect(rest(many)).toContainEqual(expect.stringContaining("services  got 303 resources"));
  // The root resource counts too.
  expect(rest(`${many}\nlimits: { resourcesPerApi: 302 }`)).toHaveLength(1);
  expect(rest(`${many}\nlimits: { resourcesPerApi: 303 }`)).toEqual([]);
});

testAll(["default", "anonymous"])("no client may be called %s", (id) => {
  const client = `clients: { ${id}: { issuer: customers, grant: client_credentials, scopes: [orders/read] } }`;
  expect(rest(client)).toEqual([expect.stringContaining(`clients.${id}  got the client ${id}`)]);
  expect(faults(client)).toEqual([]);
});

test("two names of a variable are reported once, where fewer routes change, with the environment", () => {
  const one = ["GET /orders/{id}", "PUT /orders/{id}", "GET /orders/{id}/parts", "GET /orders/{id}/parts/{part}"];
  const two = ["GET /orders/{orderId}/items", "POST /orders/{orderId}/items"];
  const third = "GET /orders/{number}/lines";
  const base = BASE.replace(
    "      GET /orders: { scopes: [orders/read] }\n",
    [...one, ...two, third].map((key) => `      "${key}": { scopes: [orders/read] }\n`).join(""),
  );
  const found = problemsOf({
    "base.yaml": base,
    "dev.yaml": `${DEV}gateway: { kind: rest }\n`,
    "prod.yaml": `name: other\ngoogle: { project: other-project, ownsProject: true }\n${otherIssuers("other")}`,
  });
  expect(
    found.map(({ path, message }) => [path, /got (\S+) and (\S+),/.exec(message)?.slice(1), / in dev$/.test(message)]),
  ).toEqual([
    [`services.orders.routes["${two[0]}"]`, ["/orders/{orderId}", "/orders/{id}"], true],
    [`services.orders.routes["${third}"]`, ["/orders/{number}", "/orders/{id}"], true],
  ]);
  expect(found[0]?.remedy).toContain(`write {id} in orders: ${two[0]}, orders: ${two[1]}, or`);
});
