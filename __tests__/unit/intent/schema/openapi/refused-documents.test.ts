import { configWith, documentFaults, fixtureFiles, ordersDocument } from "../../../../support/documents";
import { testAll } from "../../../../support/test-all";

describe("a document that contradicts itself is refused at its line", () => {
  test("in a document like a chat service's", () => {
    expect(
      documentFaults({ ...fixtureFiles(), ...configWith("chat", "{ document: openapi/chat.yaml, public: allowed }") }),
    ).toEqual([
      'config/openapi/chat.yaml:12 got "chat/raed"',
      'config/openapi/chat.yaml:15 got the unknown scheme "ghost"',
      'config/openapi/chat.yaml:19 got the unknown key "securty"',
    ]);
  });

  const oneOf = (operations: string, top = "") =>
    documentFaults({
      ...configWith("orders", "{ document: api.yaml, public: allowed }"),
      "api.yaml": ordersDocument(operations, top),
    });
  const GET = "{ get: { security: [{ oauth: [orders/read] }] } }";
  const ORDERS = `/orders: ${GET}`;
  const servers = (...urls: readonly string[]) => `servers: ${JSON.stringify(urls.map((url) => ({ url })))}`;

  testAll<[string, string, string, string?]>([
    [
      "a scope of another service",
      "/orders: { get: { security: [{ oid: [items/read] }] } }",
      '5 got the unknown scheme "oid"',
    ],
    ["a mixed segment", `/orders/{id}.json: ${GET}`, '5 got "{id}.json" in the path /orders/{id}.json'],
    ["a slash at the end", `/orders/: ${GET}`, "5 got the path /orders/"],
    ["a greedy variable", `/orders/{path+}: ${GET}`, '5 got "/orders/{path+}"'],
    ["a name with a dash", `/orders/{order-id}: ${GET}`, '5 got "{order-id}" in the path /orders/{order-id}'],
    ["a path without a slash", `orders: ${GET}`, '5 got "orders"'],
    ["a key twice", `/orders: ${GET}\n  /orders: ${GET}`, '6 got the key "/orders" a second time (first in line 5)'],
    [
      "security twice",
      "/orders: { get: { security: [{ oauth: [orders/read] }], security: [] } }",
      '5 got the key "security" a second time (first in line 5)',
    ],
    ["a merge key", "/orders: { get: { <<: {} , security: [] } }", "5 got the merge key <<"],
    ["an alias", "/orders: { get: { security: *other } }", "5 got the alias *other", "x-any: &other []"],
    ["a variable as a path", ORDERS, '3 got a server with the path "/{base}"', servers("https://x.example/{base}")],
    [
      "servers with different paths",
      ORDERS,
      '3 got a server with the path "/v2"',
      servers("https://x.example/v1", "https://y.example/v1/", "/v2"),
    ],
    ["a path that is none", ORDERS, '3 got a server with the path "/v1?a=b"', servers("https://x.example/v1?a=b")],
    ["a key that OpenAPI does not have", ORDERS, '3 got the unknown key "secruity"', "secruity: []"],
    ["a security that is not a list", "/orders: { get: { security: { oauth: [orders/read] } } }", "5 got a map"],
    ["a null requirement", "/orders: { get: { security: [~] } }", "5 got a text"],
    ["paths that are a list", "- /orders", "4 got a list"],
  ])("%s", (_, operations, fault, top = "") => {
    expect(oneOf(`  ${operations}`, top)).toEqual([`config/api.yaml:${fault}`]);
  });

  test("a scheme of an unknown type, and a duplicate scheme or referenced value", () => {
    const withSchemes = (schemes: string, operation: string) =>
      documentFaults({
        ...configWith("orders", "api.yaml"),
        "api.yaml": `openapi: 3.0.0\npaths: { /orders: { get: ${operation} } }\ncomponents: ${schemes}\n`,
      });
    const operation = "{ security: [{ login: [orders/read] }] }";
    const openId = "{ type: openIdConnect }";
    expect(withSchemes(`{ securitySchemes: { login: ${openId} } }`, operation)).toEqual([]);
    expect(withSchemes("{ securitySchemes: { login: { type: oauth } } }", operation)).toEqual([
      'config/api.yaml:2 got "login" of type oauth',
    ]);
    expect(withSchemes("{ securitySchemes: { login: {} } }", operation)).toEqual([
      'config/api.yaml:2 got "login" of type nothing',
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

  test.each([
    ["a flow", "{ clientCredentials: { scopes: { orders/read: r } }, clientCredentials: {} }", "clientCredentials"],
    ["a scope", "{ clientCredentials: { scopes: { orders/read: r, orders/read: r } } }", "orders/read"],
    ["the scopes of a flow", "{ clientCredentials: { scopes: {}, scopes: { orders/read: r } } }", "scopes"],
  ])("%s that is declared twice is one problem, however many operations need it", (_, flows, key) => {
    const operation = "{ security: [{ login: [orders/read] }] }";
    const paths = ["a", "b", "c"].map((path) => `  /${path}: { get: ${operation}, put: ${operation} }\n`).join("");
    const schemes = `components: { securitySchemes: { login: { type: oauth2, flows: ${flows} } } }`;
    const files = { ...configWith("orders", "api.yaml"), "api.yaml": `openapi: 3.0.0\npaths:\n${paths}${schemes}\n` };
    expect(documentFaults(files)).toEqual([`config/api.yaml:6 got the key "${key}" a second time (first in line 6)`]);
  });

  test("an operation of another document whose own security would be lost", () => {
    const withOther = (reference: string, operation: string, top: string) =>
      documentFaults({
        ...configWith("orders", "api.yaml"),
        "api.yaml": ordersDocument(`  /orders: ${reference}`, "security: [{ oauth: [orders/read] }]"),
        "openapi/other.yaml": `openapi: 3.1.0\n${top}\npaths:\n  /orders:\n    get: ${operation}\n`,
      });
    const lost =
      "config/openapi/other.yaml:5 got an operation of config/openapi/other.yaml, whose own security would be lost";
    const strict = "security: [{ oauth: [orders/audit] }]";
    for (const reference of [
      "{ $ref: openapi/other.yaml#/paths/~1orders }",
      "{ get: { $ref: openapi/other.yaml#/paths/~1orders/get } }",
    ]) {
      expect(withOther(reference, "{}", strict)).toEqual([lost]);
      expect(withOther(reference, "{ security: [{ oauth: [orders/audit] }] }", strict)).toEqual([]);
      expect(withOther(reference, "{}", "")).toEqual([]);
    }
  });

  test("several required scopes if API Gateway itself decides", () => {
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

  test("paths that differ only in the names of variables", () => {
    expect(oneOf(`  /orders/{a}: ${GET}\n  /orders/{b}: ${GET}`)).toEqual([
      "config/api.yaml:5 got GET /orders/{a}, which matches the same requests as GET /orders/{b} of orders",
      "config/api.yaml:6 got GET /orders/{b}, which matches the same requests as GET /orders/{a} of orders",
    ]);
  });

  testAll([
    ["openapi: 3.2.0", 'config/api.yaml:1 got version "3.2.0"'],
    ["info: {}", "config/api.yaml:1 got no key openapi"],
    ["swagger: '2.0'", 'config/api.yaml:1 got version "2.0"'],
    ["- openapi", "config/api.yaml:1 got a list"],
    ["openapi: 3.1.0\nopenapi: 3.1.0", 'config/api.yaml:2 got the key "openapi" a second time (first in line 1)'],
  ])("%j is not a document", (text, fault) => {
    expect(documentFaults({ ...configWith("orders", "api.yaml"), "api.yaml": `${text}\n` })).toContain(fault);
  });
});
