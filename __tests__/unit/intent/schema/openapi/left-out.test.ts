import type { LeftOut } from "../../../../../intent/schema/openapi/left-out";
import { type Files, intentsOf, loadFiles } from "../../../../support/config-folder";
import { configWith, documentFaults, fixtureFiles, ordersDocument } from "../../../../support/documents";
import { testAll } from "../../../../support/test-all";

/** Each part that is left out: `subject part line`, and its reasons. */
const leftOutOf = (files: Files) =>
  loadFiles(files).leftOut.map(({ subject, part, why, origin }) => [`${subject} ${part} ${origin.line}`, ...why]);
const routesOf = (files: Files) =>
  Object.fromEntries(
    intentsOf(files).flatMap(({ services }) =>
      services.flatMap(({ routes }) =>
        routes.map(({ key, access }) => [key, access.kind === "public" ? "public" : access.scopes]),
      ),
    ),
  );
const READ = "{ get: { security: [{ oauth: [orders/read] }] } }";
/** A service with one more route, because a service needs one. */
const files = (operations: string, top = "", mayBePublic = false) => ({
  ...configWith("orders", mayBePublic ? "{ document: api.yaml, public: allowed }" : "api.yaml"),
  "api.yaml": ordersDocument(`  /other: ${READ}\n${operations}`, top),
});

describe("what the front door cannot enforce has no route, and is listed", () => {
  const kind = (why: LeftOut["why"][number]) => why;
  const apiKey = kind({ kind: "scheme", scheme: "key", type: "apiKey", place: "header" });

  const of = (method: string, ...why: readonly object[]) => [`${method} /orders operation 6`, ...why];
  const isPublic = (isDefault: boolean) => ({ kind: "public", isDefault });
  const TOGETHER = "{ get: { security: [{ oauth: [orders/read], key: [] }] } }";
  const ANY_TOKEN = "{ get: { security: [{ oauth: [] }, { key: [] }] } }";

  testAll<[string, string, string, readonly unknown[]]>([
    ["no security", "{ get: {} }", "", [of("GET", { kind: "no-security" })]],
    [
      "public operations",
      "{ get: { security: [] }, put: { security: [{}] } }",
      "",
      [of("GET", isPublic(false)), of("PUT", isPublic(false))],
    ],
    ["public by default", "{ get: {} }", "security: []", [of("GET", isPublic(true))]],
    ["an API key", "{ get: { security: [{ key: [] }] } }", "", [of("GET", apiKey)]],
    ["the document's API key", "{ get: {} }", "security: [{ key: [] }]", [of("GET", apiKey)]],
    ["two schemes at once", TOGETHER, "", [of("GET", { kind: "several-schemes", schemes: ["oauth", "key"] })]],
    ["any token", ANY_TOKEN, "", [of("GET", { kind: "no-scope", scheme: "oauth" }, apiKey)]],
    ["servers of a path or an operation", `{ servers: [], ${READ.slice(2)}`, "", [of("GET", { kind: "servers" })]],
    [
      "methods that API Gateway does not route",
      "{ options: {}, trace: {} }",
      "",
      ["OPTIONS", "TRACE"].map((method) => of(method, { kind: "method", method })),
    ],
  ])("%s", (_, operations, top, leftOut) => {
    const found = files(`  /orders: ${operations}`, top);
    expect(leftOutOf(found)).toEqual(leftOut);
    expect(routesOf(found)).toEqual({ "GET /other": ["orders/read"] });
  });

  test("an operation that config permits to be public is not left out, but the document's default never is public", () => {
    const found = files("  /orders: { get: { security: [{ key: [] }, {}] }, put: {} }", "security: [{}]", true);
    expect(routesOf(found)).toEqual({ "GET /orders": "public", "GET /other": ["orders/read"] });
    expect(leftOutOf(found)).toEqual([["PUT /orders operation 6", { kind: "public", isDefault: true }]]);
  });

  test("an alternative is left out alone: the others still admit their callers", () => {
    const found = files(
      "  /orders: { get: {}, put: { security: [{ key: [] }, { oauth: [orders/write] }] } }",
      "security: [{}, { oauth: [orders/read] }]",
    );
    expect(routesOf(found)).toMatchObject({ "GET /orders": ["orders/read"], "PUT /orders": ["orders/write"] });
    expect(leftOutOf(found)).toEqual([
      ["GET /orders alternative 3", { kind: "public", isDefault: true }],
      ["PUT /orders alternative 6", apiKey],
    ]);
  });

  test("callbacks and webhooks are calls of the service: their operation keeps its route", () => {
    const found = files(
      "  /orders: { get: { security: [{ oauth: [orders/read] }], callbacks: { changed: {} } } }",
      "webhooks: { shipped: { post: {} } }",
    );
    expect(routesOf(found)).toHaveProperty("GET /orders");
    expect(leftOutOf(found)).toEqual([
      ["GET /orders callbacks 6", { kind: "outgoing" }],
      ["shipped webhook 3", { kind: "outgoing" }],
    ]);
  });

  test("config that closes or replaces an operation leaves nothing to list", () => {
    const own = files("  /orders: { get: { security: [{ key: [] }] }, put: { security: [{ key: [] }] } }");
    const routes = '    routes: { "GET /orders": closed, "PUT /orders": { scopes: [orders/write] } }\n';
    const found = { ...own, "base.yaml": `${own["base.yaml"]}${routes}` };
    expect(leftOutOf(found)).toEqual([]);
    expect(routesOf(found)).toEqual({ "GET /other": ["orders/read"], "PUT /orders": ["orders/write"] });
  });

  test("an entry in config without access does not open an operation that is left out", () => {
    const own = files("  /orders: { get: { security: [{ key: [] }] } }");
    const routes = '    routes: { "GET /orders": { throttle: { ratePerSecond: 1, burst: 2 } } }\n';
    expect(documentFaults({ ...own, "base.yaml": `${own["base.yaml"]}${routes}` })).toEqual([
      "config/base.yaml:11 got neither scopes nor access",
    ]);
  });

  test("a service of which everything is left out has an error, and still its list", () => {
    const found = { ...fixtureFiles(), ...configWith("incidents", "./openapi/incidents.json") };
    expect(documentFaults(found)).toEqual(["config/base.yaml:10 got no route"]);
    expect(leftOutOf(found)).toHaveLength(3);
  });
});

describe("a request of an operation without a route must not reach another route", () => {
  const faultsOf = (operations: string, routes = "{}", gateway = "{}") => {
    const own = files(operations);
    const base = own["base.yaml"].replace("gateway: {}", `gateway: ${gateway}`);
    return documentFaults({ ...own, "base.yaml": `${base}    routes: ${routes}\n` });
  };
  const KEYED = "  /orders/export: { get: { security: [{ key: [] }] } }";

  const takes = (place: string, route: string) =>
    `config/${place} got ${route}, which takes requests of GET /orders/export: operations of the service's document without a route`;
  const EXPORT = `  /orders/export: ${READ}`;
  const BY_ID = `  /orders/{id}: ${READ}`;
  const PUT = "{ put: { security: [{ oauth: [orders/read] }] } }";
  const scoped = (key: string, scope = "orders/read") => `{ "${key}": { scopes: [${scope}] } }`;
  const rest = `{ image: "europe-docker.pkg.dev/acme/shop/rest:1.0.0", routes: ${scoped("ANY /{path+}")} }`;

  testAll<[string, string, string, string?]>([
    ["a variable", `${KEYED}\n${BY_ID}`, "{}", takes("api.yaml:7", "GET /orders/{id}")],
    ["a greedy route of config", KEYED, scoped("ANY /{path+}"), takes("base.yaml:11", "GET /{path+}")],
    ["every method of the path", KEYED, scoped("ANY /orders/export"), takes("base.yaml:11", "GET /orders/export")],
    [
      "a variable, if config closes the operation",
      `${EXPORT}\n${BY_ID}`,
      '{ "GET /orders/export": closed }',
      takes("api.yaml:7", "GET /orders/{id}"),
    ],
    [
      "a path that frameworks read alike",
      `${KEYED}\n  /orders/Export: ${PUT}`,
      "{}",
      takes("api.yaml:7", "PUT /orders/Export"),
    ],
    ["not at another service", KEYED, `{}\n  rest: ${rest}`],
    ["not another method", `${KEYED}\n  /orders/{id}: ${PUT}`, "{}"],
    ["not a narrower path", `  /orders/{id}: { get: {} }\n${EXPORT}`, "{}"],
    ["not if config gives it a route", `${KEYED}\n${BY_ID}`, scoped("GET /orders/export", "orders/audit")],
  ])("%s", (_, operations, routes, found) => {
    expect(faultsOf(operations, routes)).toEqual(found === undefined ? [] : [found]);
  });

  test("a REST API refuses a request whose path has no such method", () => {
    const operations = `  /orders/export: { get: { security: [{ key: [] }] }, put: { security: [{ oauth: [orders/read] }] } }
  /orders/{id}: ${READ}`;
    expect(faultsOf(operations, "{}", "{ kind: rest }")).toEqual([]);
    expect(faultsOf(operations)).toHaveLength(1);
  });
});

describe("scopes in the words of the issuer", () => {
  const withIssuers = (issuers: string, scope: string, clients = "{}") => {
    const document = ordersDocument(`  /orders: { get: { security: [{ oid: [${scope}] }] } }`).replace(
      "securitySchemes:\n",
      "securitySchemes:\n    oid: { type: openIdConnect, openIdConnectUrl: https://staff.example.com }\n",
    );
    const own = configWith("orders", "api.yaml");
    const base = own["base.yaml"].replace(/issuers: .*/, `issuers: ${issuers}\nclients: ${clients}`);
    return { ...own, "base.yaml": base, "api.yaml": document };
  };
  const issuer = (name: string, values: string, scopes: string) =>
    `${name}: { kind: oidc, issuer: "https://${name}.example.com", audiences: [a], grants: token, clients: [c], scopes: [${scopes}], scopeValues: ${values} }`;

  const staff = (values: string, scopes = "orders/read") => issuer("staff", values, scopes);
  const READER = "{ Reader: [orders/read] }";
  const EDITOR = "{ Editor: [orders/write, orders/read] }";

  testAll<[string, string, string, unknown]>([
    ["a value that grants one scope", staff(READER), "Reader", "orders/read"],
    [
      "a value that grants several: all of them",
      staff(EDITOR, "orders/read, orders/write"),
      "Editor",
      { allOf: ["orders/read", "orders/write"] },
    ],
    ["no value, a scope of config", staff(READER), "orders/read", "orders/read"],
    ["two issuers that agree", `${staff(READER)}, ${issuer("guests", READER, "orders/read")}`, "Reader", "orders/read"],
    ["a name that every object inherits", staff("{ constructor: [orders/read] }"), "constructor", "orders/read"],
  ])("%s", (_, issuers, scope, need) => {
    expect(routesOf(withIssuers(`{ ${issuers} }`, scope))).toEqual({ "GET /orders": [need] });
  });

  test("a value that grants a scope of its name keeps its name", () => {
    const values = '{ "orders/read": [orders/read, orders/list] }';
    const found = withIssuers(`{ ${staff(values, "orders/read, orders/list")} }`, "orders/read");
    const routes = '    routes: { "GET /list": { scopes: [orders/list] } }\n';
    const base = found["base.yaml"].replace("    openapi: api.yaml\n", `    openapi: api.yaml\n${routes}`);
    expect(routesOf({ ...found, "base.yaml": base })).toEqual({
      "GET /list": ["orders/list"],
      "GET /orders": ["orders/read"],
    });
  });

  test("two issuers that disagree, and a value that is also a scope of a client, are errors", () => {
    const disagreeing = `{ ${staff(READER)}, ${issuer("guests", "{ Reader: [orders/list] }", "orders/list")} }`;
    expect(documentFaults(withIssuers(disagreeing, "Reader"))).toEqual([
      'config/api.yaml:5 got "Reader", which config reads as orders/read, and as orders/list',
    ]);
    const clients = "{ job: { issuer: staff, clientId: j, scopes: [Reader] } }";
    expect(documentFaults(withIssuers(`{ ${staff(READER)} }`, "Reader", clients))).toEqual([
      'config/api.yaml:5 got "Reader", which config reads as orders/read, and as Reader',
    ]);
  });
});

describe("public documents are taken with at most five lines of config", () => {
  const taken = (lines: readonly string[], issuer: string) => {
    expect(lines.length).toBeLessThanOrEqual(5);
    const own = configWith("api", "x");
    const base = own["base.yaml"]
      .replace(
        /issuers: .*/,
        `issuers: { staff: { kind: oidc, issuer: "https://login.example.com", audiences: [a], grants: token, clients: [c], ${issuer} } }`,
      )
      .replace("    openapi: x\n", lines.map((line) => `    ${line}\n`).join(""));
    return { ...fixtureFiles(), ...own, "base.yaml": base };
  };
  const BOTH = [{ allOf: ["pets/read", "pets/write"] }];

  test("the Petstore, with the roles of an identity provider", () => {
    const values = '{ "write:pets": [pets/read, pets/write], "read:pets": [pets/read] }';
    const found = taken(
      ["openapi: ./openapi/public/petstore.yaml", "routes:", "  GET /api/v3/store/inventory: { scopes: [pets/read] }"],
      `scopeClaim: roles, scopes: [pets/read, pets/write], scopeValues: ${values}`,
    );
    expect(routesOf(found)).toEqual({
      "DELETE /api/v3/pet/{petId}": BOTH,
      "GET /api/v3/pet/findByStatus": BOTH,
      "GET /api/v3/pet/findByTags": BOTH,
      "GET /api/v3/pet/{petId}": BOTH,
      "GET /api/v3/store/inventory": ["pets/read"],
      "POST /api/v3/pet": BOTH,
      "POST /api/v3/pet/{petId}": BOTH,
      "POST /api/v3/pet/{petId}/uploadImage": BOTH,
      "PUT /api/v3/pet": BOTH,
    });
    const none = (key: string) => [`${key} operation`, { kind: "no-security" }];
    expect(leftOutOf(found).map(([at, ...why]) => [String(at).replace(/ \d+$/, ""), ...why])).toEqual([
      ["GET /api/v3/pet/{petId} alternative", { kind: "scheme", scheme: "api_key", type: "apiKey", place: "header" }],
      none("POST /api/v3/store/order"),
      none("GET /api/v3/store/order/{orderId}"),
      none("DELETE /api/v3/store/order/{orderId}"),
      none("POST /api/v3/user"),
      none("POST /api/v3/user/createWithList"),
      none("GET /api/v3/user/login"),
      none("GET /api/v3/user/logout"),
      none("GET /api/v3/user/{username}"),
      none("PUT /api/v3/user/{username}"),
      none("DELETE /api/v3/user/{username}"),
    ]);
  });

  test("CAMARA's quality on demand, whose server is a variable", () => {
    const scope = (name: string) => `quality-on-demand:sessions:${name}`;
    const names = ["create", "read", "delete", "update", "retrieve-by-device"].map(scope);
    const found = taken(["openapi: ./openapi/public/quality-on-demand.yaml"], `scopes: ${JSON.stringify(names)}`);
    expect(routesOf(found)).toEqual({
      "DELETE /quality-on-demand/vwip/sessions/{sessionId}": [scope("delete")],
      "GET /quality-on-demand/vwip/sessions/{sessionId}": [scope("read")],
      "POST /quality-on-demand/vwip/retrieve-sessions": [scope("retrieve-by-device")],
      "POST /quality-on-demand/vwip/sessions": [scope("create")],
      "POST /quality-on-demand/vwip/sessions/{sessionId}/extend": [scope("update")],
    });
    expect(leftOutOf(found)).toEqual([["POST /quality-on-demand/vwip/sessions callbacks 14", { kind: "outgoing" }]]);
  });
});
