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

  test("gives the same intent as routes written by hand", () => {
    const intent = intentOf(MUSEUM);
    expect(intent.services[0]?.routes).toHaveLength(5);
    expect(intent).toEqual(intentOf({ "base.yaml": base, "dev.yaml": "{}\n" }));
  });

  test("puts the path of its servers in front of each route, under which config names the routes", () => {
    const document = {
      openapi: "3.1.0",
      servers: [{ url: "https://shop.example/api/v3/" }, { url: "/api/v3" }],
      components: {
        securitySchemes: { oauth: { type: "oauth2", flows: { clientCredentials: { scopes: { "read:orders": "" } } } } },
      },
      security: [{ oauth: ["read:orders"] }],
      paths: { "/": { get: {} }, "/orders/{id}": { get: {}, delete: {} } },
    };
    const files = {
      ...configWith("orders", 'openapi/v3.yaml\n    routes: { "DELETE /api/v3/orders/{id}": closed }'),
      "openapi/v3.yaml": JSON.stringify(document),
    };
    expect(routesOf(files)).toEqual({
      "GET /api/v3": ["read:orders"],
      "GET /api/v3/orders/{id}": ["read:orders"],
    });
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

  test("gives the routes shown in the guide", () => {
    const guide = readFileSync(join(ROOT, "docs/how-to/openapi.md"), "utf8");
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

  test("close single operations or all of a path, including parts that cannot be carried over", () => {
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
    expect(problemsOf(files(`{ ${REST}, "POST /orders": { scopes: [openid] } }`))).toEqual([
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

  test("cannot close an operation that no document has", () => {
    expect(documentFaults(files(`{ ${REST}, "GET /order": closed }`))).toEqual(["config/base.yaml:11 got closed"]);
    const without = files(`{ ${REST} }`);
    const base = String(without["base.yaml"]).replace("    openapi: api.yaml\n", "");
    expect(documentFaults({ "dev.yaml": "{}\n", "base.yaml": base })).toEqual([
      "config/base.yaml:10 got closed",
      "config/base.yaml:10 got closed",
    ]);
  });

  test("of an overlay override those of the base, and null restores the document's", () => {
    const dev = (routes: string) => ({
      ...files(`{ ${REST}, "POST /orders": closed }`),
      "dev.yaml": `services: { orders: { routes: ${routes} } }\n`,
    });
    expect(routesOf(dev('{ "POST /orders": null }'))).toHaveProperty("POST /orders");
    expect(routesOf(dev('{ "POST /orders": { scopes: [orders/write] } }'))["POST /orders"]).toEqual(["orders/write"]);
  });
});
