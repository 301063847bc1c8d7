import { BASE, faults, problemsOf, shownFaults } from "../../../support/config-folder";
import { testAll } from "../../../support/test-all";

testAll([
  ["servces: {}", 'servces  got the unknown key "servces", expected a key of the config', 'did you mean "services"?'],
  [
    "services: { orders: { rotues: {} } }",
    'services.orders.rotues  got the unknown key "rotues", expected a key of services.orders',
    'did you mean "routes"?',
  ],
  [
    "issuers: { customers: { audiences: [a] } }",
    'issuers.customers.audiences  got the unknown key "audiences", expected a key of issuers.customers',
    "known: domainPrefix, kind, pathClaims, pool, signUp",
  ],
  [
    "services: { orders: { environment: { RETRIES: 3 } } }",
    "services.orders.environment.RETRIES  got the number 3, expected text",
    'in quotes: "3"',
  ],
  [
    "services: { orders: { environment: { DEBUG: true } } }",
    "services.orders.environment.DEBUG  got the boolean true, expected text",
    'in quotes: "true"',
  ],
  [
    "aws: { account: 111122223333 }",
    "aws.account  got the number 111122223333, expected twelve digits in quotes (an AWS account id)",
    'in quotes: "111122223333"',
  ],
  [
    'aws: { account: "11122223333" }',
    'aws.account  got "11122223333", expected twelve digits in quotes (an AWS account id)',
    "without quotes a leading zero gets lost",
  ],
  [
    "logs: { retentionDays: 30d }",
    'logs.retentionDays  got "30d", expected one of 1, 3, 5, 7,',
    "write the number alone",
  ],
  [
    "gateway: { authorizerCacheSeconds: 60s }",
    'gateway.authorizerCacheSeconds  got "60s", expected a whole number from 0 to 300',
    "write the number alone: the key names its unit",
  ],
  [
    "recoveryDays: 7.5",
    "recoveryDays  got 7.5, expected a whole number from 0 to 30 (AWS Secrets Manager's limit)",
    "write a number from 0 to 30",
  ],
  [
    "issuers: { customers: { kind: cognit } }",
    'issuers.customers.kind  got "cognit", expected cognito or oidc',
    'did you mean "cognito"?',
  ],
  [
    "issuers: { customers: { signUp: opne } }",
    'issuers.customers.signUp  got "opne", expected closed or open',
    'did you mean "open"?',
  ],
  [
    "issuers: { partner: { grants: tokens } }",
    'issuers.partner.grants  got "tokens", expected subjects or token',
    'did you mean "token"?',
  ],
  [
    "services: { catalog: { routes: { GET /products: pubic } } }",
    'services.catalog.routes["GET /products"]  got "pubic", expected public, or a map with scopes',
    'did you mean "public"?',
  ],
  [
    "services: { orders: { routes: { GET /orders: [orders/read] } } }",
    'services.orders.routes["GET /orders"]  got a list, expected public, or a map with scopes',
    "write public, or a map with scopes",
  ],
  [
    "services: { orders: { routes: { GET /orders: { scope: [orders/read] } } } }",
    'services.orders.routes["GET /orders"].scope  got the unknown key "scope", expected a key of services.orders.routes["GET /orders"]',
    'did you mean "scopes"?',
  ],
  ["clients: { web: { scopes: [] } }", "clients.web.scopes  got an empty list, expected at least one entry", "add one"],
  [
    "clients: { web: { scopes: [orders/read, orders/read] } }",
    'clients.web.scopes[1]  got "orders/read", expected each entry once',
    "remove the repeated one",
  ],
  [
    "services: { Orders: { image: docker.io/acme/orders, routes: { GET /x: public } } }",
    'services.Orders  got the name "Orders", expected lower-case words joined by dashes (an id)',
    "rename it",
  ],
  ["logs: short", 'logs  got "short", expected a map with the keys retentionDays', "write keys and values"],
  [
    "aws: { region: null }",
    "aws.region  got nothing, expected a region of the commercial AWS partition",
    'add "region" here or in base.yaml',
  ],
  [
    "handshake: shared-isuer",
    'handshake  got "shared-isuer", expected federated or shared-issuer',
    'did you mean "shared-issuer"?',
  ],
  ["gateway: { kind: soap }", 'gateway.kind  got "soap", expected http or rest', "correct it"],
  [
    "services: { catalog: { routes: { GET /x: { scopes: catalog/read } } } }",
    'services.catalog.routes["GET /x"].scopes  got "catalog/read", expected a list of 1-10 scopes',
    'write a list: ["catalog/read"]',
  ],
  [
    "services: { catalog: { routes: { GET /x: { scopes: 5 } } } }",
    'services.catalog.routes["GET /x"].scopes  got 5, expected a list of 1-10 scopes',
    'write it as in ["catalog/read"]',
  ],
  [
    "services: { catalog: { routes: { GET /x: { scopes: [é] } } } }",
    'services.catalog.routes["GET /x"].scopes[0]  got "é"',
    'write it as in "catalog/read"',
  ],
  [
    "services: { catalog: { routes: { GET /x: { scopes: { allOf: [orders/read] } } } } }",
    'services.catalog.routes["GET /x"].scopes.allOf  got a list',
    "add the others",
  ],
  [
    "services: { catalog: { routes: none } }",
    'services.catalog.routes  got "none"',
    "as in GET /catalog: { scopes: [catalog/read] }",
  ],
])("%s is refused with a remedy", (changes, fault, remedy) => {
  const shown = shownFaults(changes);
  expect(shown).toEqual([expect.stringContaining(fault)]);
  expect(shown[0]?.split("\n    ")[1]).toContain(remedy);
});

test("an image that failed the schema is not also reported by the rule on images", () => {
  expect(faults("services: { orders: { image: 5 } }")).toEqual([
    "services.orders.image  got the number 5, expected an image reference",
  ]);
});

test("a long value is shortened", () => {
  const [fault] = faults(`name: ${"x".repeat(300)}X`);
  expect(fault).toContain("… (301 characters)");
});

test("a missing key is reported where its map was last written", () => {
  expect(
    problemsOf({ "base.yaml": BASE, "dev.yaml": "google: { ownsProject: true }\naws:\n  region: null\n" }),
  ).toMatchObject([{ file: "config/dev.yaml", line: 2, column: 1, path: "aws.region" }]);
});

test("no key of a file can change a prototype", () => {
  expect(faults("constructor: 1\nservices: { orders: { toString: {} } }").map((fault) => fault.split(", ")[0])).toEqual(
    ['constructor  got the unknown key "constructor"', 'services.orders.toString  got the unknown key "toString"'],
  );
});
