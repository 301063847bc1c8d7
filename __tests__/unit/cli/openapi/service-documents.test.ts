import { openApiDocument } from "../../../../cli/openapi/document";
import type { Json, Operation } from "../../../../cli/openapi/model";
import { ServiceDocument } from "../../../../cli/openapi/service-document";
import { CommandError } from "../../../../cli/process/command-error";
import { json, ORDERS, ref } from "../../../support/openapi/orders";
import { intentOf } from "../../../support/shop";

const FILE = "config/openapi/orders.yaml";
const documentOf = (document: Json, others: Readonly<Record<string, Json>> = {}) =>
  new ServiceDocument("orders", FILE, {
    read: (file) => ({ [FILE]: document, ...others })[file] ?? {},
    named: (path) => (path.startsWith(".") ? `config/openapi/${path.slice(2)}` : undefined),
  });
const SERVERS = [{ url: "https://api.example.com", description: "a test's" }];
const merged = openApiDocument(intentOf("dev"), {
  servers: SERVERS,
  services: new Map([["orders", documentOf(ORDERS)]]),
});
const plain = openApiDocument(intentOf("dev"), { servers: SERVERS });
const operation = (path: string, method: string, document = merged) => document.paths[path]?.[method] as Operation;

test("an operation has the service's description and id, and the front door's access", () => {
  const { security } = operation("/orders", "get", plain);
  expect(operation("/orders", "get")).toMatchObject({
    operationId: "list",
    security,
    summary: "All orders",
    description: "Newest first.",
    "x-route-key": "GET /orders",
    parameters: [{ name: "limit", in: "query", schema: { type: "integer", exclusiveMinimum: 0 } }],
  });
  expect(operation("/orders", "post").requestBody).toEqual({
    required: true,
    content: json(ref("schemas/orders_Order")),
  });
  expect(operation("/orders/{id}", "get").deprecated).toBe(true);
});

test("an id that two operations have, or that is an address of a route, is replaced by the route's own", () => {
  const get = (operationId: string) => ({ operationId, responses: {} });
  const document = (id: string, other: string) => ({ paths: { "/orders": { get: get(id), post: get(other) } } });
  const idsOf = (id: string, other: string) => {
    const services = new Map([["orders", documentOf(document(id, other))]]);
    const made = openApiDocument(intentOf("dev"), { servers: SERVERS, services });
    return ["get", "post"].map((method) => operation("/orders", method, made).operationId);
  };
  const own = ["orders_get_orders", "orders_post_orders"];
  expect(idsOf("list", "create")).toEqual(["list", "create"]);
  expect(idsOf("same", "same")).toEqual(own);
  expect(idsOf("catalog_get_products", "create")).toEqual([own[0], "create"]);
});

test("the front door's routes are those of config, regardless of the service's document", () => {
  expect(Object.keys(merged.paths)).toEqual(Object.keys(plain.paths));
  expect(merged.servers).toEqual(SERVERS);
  expect(merged.components.securitySchemes).toEqual(plain.components.securitySchemes);
  expect(operation("/products", "get")).toEqual(operation("/products", "get", plain));
});

test("an operation is found below the path of the document's servers", () => {
  const document = documentOf({
    servers: [{ url: "https://shop.example/api/v3/" }],
    paths: { "/": { get: { summary: "root" } }, "/orders/{id}": { get: { summary: "one" } } },
  });
  expect(document.operation("GET", "/api/v3")?.summary).toBe("root");
  expect(document.operation("GET", "/api/v3/orders/{order}")?.summary).toBe("one");
  expect(document.operation("GET", "/orders/{id}")).toBeUndefined();
});

test("a variable has the route's name and the service's schema", () => {
  expect(operation("/orders/{id}", "get").parameters).toEqual([
    { name: "id", in: "path", required: true, description: "Its number.", schema: { type: "integer" } },
  ]);
});

test("known answers of the service replace the unknown ones, and shared statuses have either body", () => {
  const { responses } = operation("/orders", "get");
  expect(Object.keys(responses).sort()).toEqual(["200", "401", "403", "404", "429", "500", "503", "default"]);
  expect(responses).toMatchObject({
    403: {
      description: expect.stringMatching(/ Or the service: Not yours\.$/),
      content: json({ anyOf: [ref("schemas/GatewayMessage"), { type: "string" }] }),
    },
    404: { content: json(ref("schemas/orders_Problem")) },
    429: ref("responses/TooManyRequests"),
  });
  expect(Object.keys(operation("/orders", "post").responses)).toContain("2XX");
  expect(operation("/orders", "post").responses.default).toEqual({ description: "Something else." });
});

test("an answer may have the name of what every object inherits", () => {
  const names = ["constructor", "toString", "__proto__"];
  const answers = Object.fromEntries(names.map((name) => [name, { description: name }]));
  const document = { openapi: "3.1.0", paths: { "/orders": { get: { responses: answers } } } };
  const { paths } = openApiDocument(intentOf("dev"), {
    servers: SERVERS,
    services: new Map([["orders", documentOf(document)]]),
  });
  expect(Object.entries(paths["/orders"]?.get?.responses ?? {})).toEqual(
    expect.arrayContaining(Object.entries(answers)),
  );
});

test("components that routes refer to come along, under the service's name and in version 3.1", () => {
  const { Order, ...others } = Object.fromEntries(
    Object.entries(merged.components.schemas).flatMap(([name, schema]) =>
      name.startsWith("orders_") ? [[name.slice("orders_".length), schema]] : [],
    ),
  );
  expect(Object.keys(others)).toEqual(["Problem"]);
  expect(Order).toEqual({
    type: "object",
    properties: {
      nullable: { type: ["string", "null"] },
      state: { type: ["string", "null"], enum: ["open", "done", null] },
      parent: { anyOf: [{ allOf: [ref("schemas/orders_Order")] }, { type: "null" }] },
    },
    example: { nullable: true },
  });
});

test("follows references to other files, and keeps equal names apart", () => {
  const order = { type: "object", properties: { default: ref("schemas/Order"), kind: { $ref: "./kinds.yaml" } } };
  const document = {
    ...ORDERS,
    paths: { "/orders": { $ref: "./paths.yaml#/orders" } },
  };
  const others = {
    "config/openapi/paths.yaml": {
      orders: {
        get: {
          responses: {
            200: { description: "All.", content: json({ $ref: "./other.yaml#/components/schemas/Order" }) },
          },
        },
      },
      post: { requestBody: { content: json({ $ref: "./orders.yaml#/components/schemas/Order" }) } },
    },
    "config/openapi/other.yaml": { components: { schemas: { Order: order } } },
    "config/openapi/kinds.yaml": { enum: ["a"] },
  };
  const service = documentOf(document, others);
  const { paths, components } = openApiDocument(intentOf("dev"), {
    servers: SERVERS,
    services: new Map([["orders", service]]),
  });
  expect(paths["/orders"]?.get?.responses[200]).toMatchObject({ content: json(ref("schemas/orders_Order")) });
  expect(components.schemas).toMatchObject({
    orders_Order: { properties: { default: ref("schemas/orders_Order"), kind: ref("schemas/orders_kinds") } },
    orders_kinds: { enum: ["a"] },
  });
});

test("refuses a reference to nothing or to a file outside config/, with its place", () => {
  for (const $ref of ["#/components/schemas/None", "#/__proto__", "https://example.com/x.yaml"]) {
    const responses = { 200: { description: "One.", content: json({ $ref }) } };
    const services = new Map([["orders", documentOf({ paths: { "/orders": { get: { responses } } } })]]);
    expect(() => openApiDocument(intentOf("dev"), { servers: SERVERS, services })).toThrow(
      `${FILE}: got the $ref ${JSON.stringify($ref)}, expected a place in a file of config/`,
    );
  }
});

test.each<[string, Json, Json]>([
  [
    "a parameter",
    { parameters: [ref("parameters/a")] },
    { parameters: { a: ref("parameters/b"), b: ref("parameters/a") } },
  ],
  [
    "a header within a header",
    { responses: { "200": { description: "x", headers: { a: ref("headers/a") } } } },
    { headers: { a: { content: { "x/y": { encoding: { e: { headers: { a: ref("headers/a") } } } } } } } },
  ],
  ["a place with a bad escape", { parameters: [{ $ref: "#/components/%zz" }] }, {}],
])("a reference that leads nowhere is an error with its file: %s", (_, get, components) => {
  const services = new Map([["orders", documentOf({ paths: { "/orders": { get } }, components })]]);
  const make = () => openApiDocument(intentOf("dev"), { servers: SERVERS, services });
  expect(make).toThrow(CommandError);
  expect(make).toThrow(FILE);
});
