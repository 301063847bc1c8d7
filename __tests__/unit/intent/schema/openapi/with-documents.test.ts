import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import type { Intent } from "../../../../../intent/model/intent";
import { type Files, intentsOf, problemsOf } from "../../../../support/config-folder";
import { configWith, documentFaults, fixtureFiles, ordersDocument } from "../../../../support/documents";
import { ROOT } from "../../../../support/places";
import { testAll } from "../../../../support/test-all";

const MUSEUM = { ...fixtureFiles(), ...configWith("events", "{ document: ./openapi/museum.yaml, public: allowed }") };
const intentOf = (files: Files): Intent => intentsOf(files)[0] as Intent;
const routesOf = (files: Files) =>
  Object.fromEntries(
    intentOf(files).services.flatMap(({ routes }) =>
      routes.map(({ key, access }) => [key, access.kind === "public" ? "public" : access.scopes]),
    ),
  );

describe("a document in place of routes", () => {
  const byHand = { ...MUSEUM, ...configWith("events", "null") };
  const routes = String(fixtureFiles()["openapi/museum-routes.yaml"]).replace(/^/gm, "      ").trimEnd();
  const base = String(byHand["base.yaml"]).replace("    openapi: null\n", `    routes:\n${routes}\n`);

  test("gives the intent of the same routes written by hand", () => {
    const intent = intentOf(MUSEUM);
    expect(intent.services[0]?.routes).toHaveLength(5);
    expect(intent).toEqual(intentOf({ "base.yaml": base, "dev.yaml": "{}\n" }));
  });

  test("gives the same whatever the order of its keys, and as JSON", () => {
    const reversed = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(reversed);
      if (typeof value !== "object" || value === null) return value;
      return Object.fromEntries(
        Object.entries(value)
          .reverse()
          .map(([key, inner]) => [key, reversed(inner)]),
      );
    };
    const json = JSON.stringify(reversed(parse(String(fixtureFiles()["openapi/museum.yaml"]))), null, 1);
    const files = {
      ...configWith("events", "{ document: docs/museum.json, public: allowed }"),
      "docs/museum.json": json,
    };
    expect(intentOf(files)).toEqual(intentOf(MUSEUM));
  });

  test("gives what the guide says", () => {
    const guide = readFileSync(join(ROOT, "docs/how-to/routes-from-openapi.md"), "utf8");
    const [, document = "", written = ""] = [...guide.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text = ""]) => text);
    const files = { ...configWith("orders", "./openapi/orders.yaml"), "openapi/orders.yaml": document };
    const lines = `    ${written.trimEnd().replaceAll("\n", "\n    ")}\n`;
    const manual = String(files["base.yaml"]).replace("    openapi: ./openapi/orders.yaml\n", lines);
    expect(intentOf(files)).toEqual(intentOf({ "base.yaml": manual, "dev.yaml": "{}\n" }));
  });

  test("may be divided into files", () => {
    const files = { ...fixtureFiles(), ...configWith("droplets", "./openapi/droplets/droplets.yml") };
    expect(routesOf(files)).toEqual({
      "GET /droplets": ["droplets/read"],
      "GET /droplets/{droplet_id}": ["droplets/read"],
      "POST /droplets": ["droplets/write"],
    });
  });
});

describe("an alternative, and all scopes of one", () => {
  const access = (security: string) =>
    routesOf({
      ...configWith("orders", "./api.json"),
      "api.json": JSON.stringify(parse(ordersDocument(`  /orders: { get: { security: ${security} } }`))),
    })["GET /orders"];

  testAll<[string, unknown]>([
    ["[{ oauth: [orders/read] }]", ["orders/read"]],
    ["[{ oauth: [orders/write] }, { oauth: [orders/read] }]", ["orders/read", "orders/write"]],
    ["[{ oauth: [orders/write, orders/read] }]", [{ allOf: ["orders/read", "orders/write"] }]],
    [
      "[{ oauth: [orders/write, orders/read] }, { oauth: [orders/audit] }]",
      ["orders/audit", { allOf: ["orders/read", "orders/write"] }],
    ],
    ["[{ oauth: [orders/read, orders/read] }, { oauth: [orders/read] }]", ["orders/read"]],
    ["[{ oauth: [orders/write, orders/read] }, { oauth: [orders/read] }]", ["orders/read"]],
  ])("%s gives %j", (security, scopes) => {
    expect(access(security)).toEqual(scopes);
  });
});

describe("what a document cannot carry over is an error at its line", () => {
  test("in the shape of an alerting service", () => {
    expect(documentFaults({ ...fixtureFiles(), ...configWith("incidents", "./openapi/incidents.json") })).toEqual([
      'config/openapi/incidents.json:5 got "api_key" of type apiKey',
      "config/openapi/incidents.json:10 got callbacks",
      "config/openapi/incidents.json:13 got security: []",
    ]);
  });

  test("in the shape of a chat service", () => {
    expect(
      documentFaults({ ...fixtureFiles(), ...configWith("chat", "{ document: openapi/chat.yaml, public: allowed }") }),
    ).toEqual([
      'config/openapi/chat.yaml:4 got a server with the path "/api/v10"',
      'config/openapi/chat.yaml:9 got "bot" of type apiKey',
      "config/openapi/chat.yaml:11 got oauth: [], which any token meets",
      'config/openapi/chat.yaml:12 got "chat/raed"',
      "config/openapi/chat.yaml:13 got oauth and openId in one requirement",
      'config/openapi/chat.yaml:15 got the unknown scheme "nobody"',
      "config/openapi/chat.yaml:16 got the method TRACE",
      "config/openapi/chat.yaml:18 got the method OPTIONS",
      'config/openapi/chat.yaml:19 got the unknown key "securty"',
      "config/openapi/chat.yaml:20 got no security",
      "config/openapi/chat.yaml:21 got servers of its own",
    ]);
  });

  test("an empty requirement is public, and needs the same permission", () => {
    expect(documentFaults({ ...fixtureFiles(), ...configWith("chat", "openapi/chat.yaml") })).toContain(
      "config/openapi/chat.yaml:7 got the requirement {}",
    );
  });

  const oneOf = (operations: string, top = "") =>
    documentFaults({
      ...configWith("orders", "{ document: api.yaml, public: allowed }"),
      "api.yaml": ordersDocument(operations, top),
    });
  const GET = "{ get: { security: [{ oauth: [orders/read] }] } }";

  testAll<[string, string, string, string]>([
    [
      "public by default",
      "  /orders: { get: {} }",
      "security: []",
      "config/api.yaml:3 got security: [] for all operations",
    ],
    [
      "optional by default",
      "  /orders: { get: {} }",
      "security: [{ oauth: [orders/read] }, {}]",
      "config/api.yaml:3 got the requirement {} for all operations",
    ],
    [
      "a scope of another service",
      "  /orders: { get: { security: [{ oid: [items/read] }] } }",
      "",
      'config/api.yaml:5 got the unknown scheme "oid"',
    ],
    [
      "a mixed segment",
      `  /orders/{id}.json: ${GET}`,
      "",
      'config/api.yaml:5 got "{id}.json" in the path /orders/{id}.json',
    ],
    ["a slash at the end", `  /orders/: ${GET}`, "", "config/api.yaml:5 got the path /orders/"],
    ["a greedy variable", `  /orders/{path+}: ${GET}`, "", 'config/api.yaml:5 got "/orders/{path+}"'],
    [
      "a name with a dash",
      `  /orders/{order-id}: ${GET}`,
      "",
      'config/api.yaml:5 got "{order-id}" in the path /orders/{order-id}',
    ],
    ["a path without a slash", `  orders: ${GET}`, "", 'config/api.yaml:5 got "orders"'],
    [
      "a key twice",
      `  /orders: ${GET}\n  /orders: ${GET}`,
      "",
      'config/api.yaml:6 got the key "/orders" a second time (first in line 5)',
    ],
    [
      "security twice",
      "  /orders: { get: { security: [{ oauth: [orders/read] }], security: [] } }",
      "",
      'config/api.yaml:5 got the key "security" a second time (first in line 5)',
    ],
    ["a merge key", "  /orders: { get: { <<: {} , security: [] } }", "", "config/api.yaml:5 got the merge key <<"],
    [
      "an alias",
      "  /orders: { get: { security: *other } }",
      "x-any: &other []",
      "config/api.yaml:5 got the alias *other",
    ],
    [
      "a server of a path item",
      "  /orders: { servers: [], get: { security: [{ oauth: [orders/read] }] } }",
      "",
      "config/api.yaml:5 got servers of its own",
    ],
    [
      "a server's variable as its path",
      `  /orders: ${GET}`,
      'servers: [{ url: "https://x.example/{base}" }]',
      'config/api.yaml:3 got a server with the path "/{base}"',
    ],
    [
      "a key that OpenAPI does not have",
      `  /orders: ${GET}`,
      "secruity: []",
      'config/api.yaml:3 got the unknown key "secruity"',
    ],
    [
      "a scheme of several",
      "  /orders: { get: { security: [{ oauth: [orders/read], key: [] }] } }",
      "",
      "config/api.yaml:5 got oauth and key in one requirement",
    ],
    [
      "a security that is no list",
      "  /orders: { get: { security: { oauth: [orders/read] } } }",
      "",
      "config/api.yaml:5 got a map",
    ],
    ["a requirement that is nothing", "  /orders: { get: { security: [~] } }", "", "config/api.yaml:5 got a text"],
    ["paths that are a list", "  - /orders", "", "config/api.yaml:4 got a list"],
  ])("%s", (_, operations, top, fault) => {
    expect(oneOf(operations, top)).toEqual([fault]);
  });

  test("a scheme of type http, and a scheme or a referred value that stands there twice", () => {
    const withSchemes = (schemes: string, operation: string) =>
      documentFaults({
        ...configWith("orders", "api.yaml"),
        "api.yaml": `openapi: 3.0.0\npaths: { /orders: { get: ${operation} } }\ncomponents: ${schemes}\n`,
      });
    const operation = "{ security: [{ login: [orders/read] }] }";
    const openId = "{ type: openIdConnect }";
    expect(withSchemes(`{ securitySchemes: { login: ${openId} } }`, operation)).toEqual([]);
    expect(withSchemes("{ securitySchemes: { login: { type: http, scheme: bearer } } }", operation)).toEqual([
      'config/api.yaml:2 got "login" of type http',
    ]);
    expect(withSchemes(`{ securitySchemes: { login: ${openId}, login: { type: http } } }`, operation)).toEqual([
      'config/api.yaml:3 got the key "login" a second time (first in line 3)',
    ]);
    const twice = `{ securitySchemes: { login: ${openId} }, x-one: { get: ${operation} }, x-one: { get: {} } }`;
    expect(withSchemes(twice, '{ $ref: "#/components/x-one/get" }')).toContain(
      'config/api.yaml:3 got the key "x-one" a second time (first in line 3)',
    );
    const inner = `{ securitySchemes: { login: ${openId} }, x-one: { get: ${operation}, get: {} } }`;
    expect(withSchemes(inner, '{ $ref: "#/components/x-one/get" }')).toEqual([
      'config/api.yaml:3 got the key "get" a second time (first in line 3)',
    ]);
  });

  test("all of several scopes where API Gateway itself decides", () => {
    const image = `europe-docker.pkg.dev/acme/mirror/envoy:distroless-v1.40.0@sha256:${"0".repeat(64)}`;
    const security = "[{ oauth: [orders/audit] }, { oauth: [orders/read, orders/write] }]";
    const files = {
      ...configWith("orders", "api.yaml"),
      "dev.yaml": `handshake: shared-issuer\nenvoy: { image: "${image}" }\n`,
    };
    const faults = (text: string) =>
      documentFaults({ ...files, "api.yaml": ordersDocument(`  /orders: { get: { security: ${text} } }`) });
    expect(faults(security)).toEqual(["config/api.yaml:5 got allOf"]);
    expect(faults("[{ oauth: [orders/audit] }]")).toEqual([]);
  });

  test("paths that differ in the names of their variables alone", () => {
    expect(oneOf(`  /orders/{a}: ${GET}\n  /orders/{b}: ${GET}`)).toEqual([
      "config/api.yaml:5 got GET /orders/{a}, which matches the same requests as GET /orders/{b} of orders",
      "config/api.yaml:6 got GET /orders/{b}, which matches the same requests as GET /orders/{a} of orders",
    ]);
  });

  testAll([
    ["swagger: '2.0'", 'config/api.yaml:1 got the unknown key "swagger"'],
    ["openapi: 3.2.0", 'config/api.yaml:1 got version "3.2.0"'],
    ["info: {}", "config/api.yaml:1 got no key openapi"],
    ["- openapi", "config/api.yaml:1 got a list"],
    ["openapi: 3.1.0\nopenapi: 3.1.0", 'config/api.yaml:2 got the key "openapi" a second time (first in line 1)'],
  ])("%j is no document", (text, fault) => {
    expect(documentFaults({ ...configWith("orders", "api.yaml"), "api.yaml": `${text}\n` })).toContain(fault);
  });
});

describe("the config's routes", () => {
  const DOCUMENT = ordersDocument(`  /orders:
    get: { security: [{ oauth: [orders/read] }] }
    post: { security: [{ oauth: [orders/read, orders/write] }] }
  /orders/keyed:
    get: { security: [{ key: [] }], callbacks: {} }
    options: {}`);
  const files = (routes: string) => ({
    ...configWith("orders", "api.yaml", `routes: ${routes}`),
    "api.yaml": DOCUMENT,
  });
  const REST = '"GET /orders/keyed": closed, "OPTIONS /orders/keyed": closed';

  test("close single operations, or all of a path, and with them what could not be carried over", () => {
    const open = { "GET /orders": ["orders/read"], "POST /orders": [{ allOf: ["orders/read", "orders/write"] }] };
    expect(routesOf(files(`{ ${REST} }`))).toEqual(open);
    expect(routesOf(files('{ "ANY /orders/keyed": closed }'))).toEqual(open);
    expect(routesOf(files(`{ ${REST}, "POST /orders": closed }`))).toEqual({ "GET /orders": ["orders/read"] });
  });

  test("replace an operation's access, at the config's line", () => {
    const own =
      '"GET /orders/keyed": { scopes: [orders/audit] }, "OPTIONS /orders/keyed": closed, "POST /orders": public';
    expect(routesOf(files(`{ ${own} }`))).toEqual({
      "GET /orders": ["orders/read"],
      "GET /orders/keyed": ["orders/audit"],
      "POST /orders": "public",
    });
    expect(problemsOf(files(`{ ${REST}, "POST /orders": { scopes: [others/write] } }`))).toEqual([
      expect.objectContaining({ file: "config/base.yaml", path: 'services.orders.routes["POST /orders"].scopes[0]' }),
    ]);
  });

  test("keep the document's access if they only add settings", () => {
    const throttled = `{ ${REST}, "POST /orders": { throttle: { ratePerSecond: 1, burst: 2 } } }`;
    const [service] = intentOf(files(throttled)).services;
    expect(service?.routes.find(({ key }) => key === "POST /orders")).toMatchObject({
      access: { scopes: [{ allOf: ["orders/read", "orders/write"] }] },
      throttle: { ratePerSecond: 1, burst: 2 },
    });
  });

  test("may add routes that the document does not have", () => {
    expect(Object.keys(routesOf(files(`{ ${REST}, "GET /status": public }`)))).toContain("GET /status");
  });

  test("close nothing that no document has", () => {
    expect(documentFaults(files(`{ ${REST}, "GET /order": closed }`))).toEqual(["config/base.yaml:11 got closed"]);
    const without = files(`{ ${REST} }`);
    const base = String(without["base.yaml"]).replace("    openapi: api.yaml\n", "");
    expect(documentFaults({ "dev.yaml": "{}\n", "base.yaml": base })).toEqual([
      "config/base.yaml:10 got closed",
      "config/base.yaml:10 got closed",
    ]);
  });

  test("of an overlay override those of the base, and null brings the document's back", () => {
    const dev = (routes: string) => ({
      ...files(`{ ${REST}, "POST /orders": closed }`),
      "dev.yaml": `services: { orders: { routes: ${routes} } }\n`,
    });
    expect(routesOf(dev('{ "POST /orders": null }'))).toHaveProperty("POST /orders");
    expect(routesOf(dev('{ "POST /orders": { scopes: [orders/write] } }'))["POST /orders"]).toEqual(["orders/write"]);
  });
});
