import { faults, shownFaults } from "../../../support/config-folder";
import { testAll } from "../../../support/test-all";

testAll([
  "read:orders",
  "Orders.Read.All",
  "https://api.example.com/orders.read",
  "orders",
  "a+b~c!$%&'()*,;=?@[]^_`{|}",
])("%s of another issuer may open routes of several services", (scope) => {
  const quoted = JSON.stringify(scope);
  const routes = `{ GET /x: { scopes: [${quoted}] } }`;
  const services = `services: { catalog: { routes: ${routes} }, orders: { routes: { GET /y: { scopes: [${quoted}] } } } }`;
  expect(faults(`${services}\nissuers: { workforce: { scopes: [orders/read, ${quoted}] } }`)).toEqual([]);
  expect(faults(`${services}\nclients: { export: { scopes: [${quoted}] } }`)).toEqual([]);
});

testAll(["read:orders", "orders", "Orders/read", "orders/read/all", "/read"])(
  "%s is no scope of a user pool, whose scopes have a resource server",
  (scope) => {
    const services = `services: { catalog: { routes: { GET /x: { scopes: ["${scope}"] } } } }`;
    expect(faults(`${services}\nclients: { web: { scopes: ["${scope}"] } }`)).toEqual([
      `clients.web.scopes[0]  got "${scope}", expected <resource server>/<scope>, as in orders/read (Cognito's form)`,
    ]);
  },
);

test("the resource server of a scope need not be a service", () => {
  const services = "services: { catalog: { routes: { GET /x: { scopes: [shop/read] } } } }";
  expect(faults(`${services}\nclients: { web: { scopes: [shop/read] } }`)).toEqual([]);
});

testAll(["openid", "offline_access", "aws.cognito.signin.user.admin"])(
  "%s, which any client may ask for, opens no route",
  (scope) => {
    const changes = `services: { catalog: { routes: { GET /x: { scopes: [${scope}] } } } }\nissuers: { workforce: { scopes: [orders/read, ${scope}] } }`;
    expect(faults(changes)).toEqual([
      expect.stringContaining(`services.catalog.routes["GET /x"].scopes[0]  got "${scope}"`),
    ]);
  },
);

testAll([
  ["clients: { web: { scopes: [orders/raed] } }", "clients.web.scopes[0]"],
  ["clients: { batch: { scopes: [ordrs/read] } }", "clients.batch.scopes[0]"],
  ["issuers: { workforce: { scopes: [orders/raed] } }", "issuers.workforce.scopes[0]"],
])("%s names a scope that no route requires", (changes, path) => {
  const [shown, ...others] = shownFaults(changes);
  expect(others).toEqual([]);
  expect(shown).toContain(`  ${path}  `);
  expect(shown).toContain('did you mean "orders/read"?');
});

testAll([
  ["orders/raed", "orders/read"],
  ["read", "orders/read"],
])("a route that requires %s, which no caller has, is at fault if callers have %s", (scope, meant) => {
  const [shown, ...others] = shownFaults(`services: { orders: { routes: { GET /orders: { scopes: [${scope}] } } } }`);
  expect(others).toEqual([]);
  expect(shown).toContain('services.orders.routes["GET /orders"].scopes[0]');
  expect(shown).toContain(`did you mean ${JSON.stringify(meant)}?`);
});

test("scopes of a removed service are reported at each line that names one", () => {
  expect(faults("services: { orders: null }").map((fault) => fault.split("  ")[0])).toEqual([
    "issuers.workforce.scopes[0]",
    "clients.web.scopes[0]",
    "clients.web.scopes[1]",
    "clients.batch.scopes[0]",
    "clients.export.scopes[0]",
  ]);
});

test("an invalid scope is one problem, whatever requires the others", () => {
  expect(faults("services: { orders: { routes: { GET /orders: { scopes: [7] } } } }")).toEqual([
    expect.stringContaining('services.orders.routes["GET /orders"].scopes[0]  got the number 7'),
  ]);
});

testAll(["orders/é", 'a\\"b', "a\\\\b", "", "a".repeat(129)])("%s is not a scope", (scope) => {
  expect(faults(`clients: { web: { scopes: ["${scope}"] } }`)).toEqual([
    expect.stringContaining("printable ASCII characters without spaces, quotes and backslashes (a scope)"),
  ]);
});

test("without an issuer no caller can have a scope", () => {
  expect(faults("issuers: null\nclients: null")).toEqual([
    'services.orders.routes["GET /orders"]  got orders/read, which no issuer of this environment grants, expected a scope that a caller can have',
    'services.orders.routes["POST /orders"]  got orders/write, which no issuer of this environment grants, expected a scope that a caller can have',
  ]);
});

testAll([
  ["federated", "or add a cognito issuer or one with grants: subjects"],
  ["shared-issuer", "or add a cognito issuer"],
])("under %s the remedy names the supported issuers", (handshake, remedy) => {
  const shown = shownFaults(`handshake: ${handshake}\nissuers: null\nclients: null`);
  const remedies = shown.filter((each) => each.includes("which no issuer")).map((each) => each.split("\n")[1]);
  expect(remedies).toHaveLength(2);
  expect(new Set(remedies)).toEqual(new Set([expect.stringMatching(new RegExp(`, ${remedy}$`))]));
});

test("an issuer with grants: token grants only the scopes it lists, any other one those in config", () => {
  const tokensOnly = "issuers: { customers: null, partner: null }\nclients: null";
  expect(faults(tokensOnly).map((fault) => fault.split("  ")[0])).toEqual(['services.orders.routes["POST /orders"]']);
  expect(faults("issuers: { customers: null }\nclients: { web: null, batch: null }")).toEqual([]);
  expect(faults("issuers: { partner: null }\nclients: { export: null }")).toEqual([]);
});

testAll([
  ["{ allOf: [orders/read] }", "scopes.allOf  got a list, expected a list of 2-10 scopes"],
  ["[{ allOf: [] }]", "scopes[0].allOf  got an empty list, expected a list of 2-10 scopes"],
  ["{ anyOf: [orders/read] }", 'scopes.anyOf  got the unknown key "anyOf"'],
  ["{ allOf: [orders/read, orders/read] }", 'scopes.allOf[1]  got "orders/read", expected each entry once'],
  ["orders/read", 'scopes  got "orders/read", expected a list of 1-10 scopes, or allOf'],
])("scopes: %s is refused", (scopes, fault) => {
  expect(faults(`services: { orders: { routes: { PUT /orders: { scopes: ${scopes} } } } }`)).toContainEqual(
    expect.stringContaining(`services.orders.routes["PUT /orders"].${fault}`),
  );
});

test("an allOf is unreachable if no single issuer grants all of its scopes", () => {
  const issuer = (id: string, scope: string) =>
    `${id}: { kind: oidc, issuer: "https://${id}.example.com", audiences: [shop], grants: token, scopes: [orders/${scope}], clients: [c] }`;
  const issuers = `issuers: { customers: null, partner: null, workforce: null, one: ${issuer("one", "read").slice(5)}, two: ${issuer("two", "write").slice(5)} }`;
  const routes =
    "services: { catalog: null, orders: { routes: { PUT /orders: { scopes: { allOf: [orders/read, orders/write] } } } } }";
  expect(faults(`${issuers}\n${routes}\nclients: { web: null, batch: null, export: null }`)).toEqual([
    'services.orders.routes["PUT /orders"]  got orders/read and orders/write, which no issuer of this environment grants, expected a scope that a caller can have',
  ]);
});

testAll<[string, readonly string[]]>([
  ["{ Reader: [orders/read] }", []],
  ["{ Reader: [orders/read], Writer: [orders/read, orders/write] }", []],
  ["{ Writer: [orders/write] }", ["issuers.workforce.scopes[0]"]],
  ["{ Reader: [orders/read, orders/raed] }", ["issuers.workforce.scopeValues.Reader[1]"]],
])("scopeValues: %s grants each scope of its issuer, and only scopes that routes require", (values, paths) => {
  const found = faults(`issuers: { workforce: { scopeValues: ${values} } }`);
  expect(found.map((fault) => fault.split("  ")[0])).toEqual(paths);
});
