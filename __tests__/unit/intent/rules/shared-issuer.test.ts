import { faults } from "../../../support/config-folder";
import { testAll } from "../../../support/test-all";

/** The test config, limited to what the shared-issuer handshake supports. */
const SHARED = `handshake: shared-issuer
envoy: { image: "europe-docker.pkg.dev/acme/mirror/envoy:distroless-v1.40.0@sha256:${"0".repeat(64)}" }
`;
const shared = (rest: string) => faults(`${SHARED}${rest}`);
const WITHOUT =
  "issuers: { partner: null, workforce: null }\ngateway: { throttle: null }\nservices: { catalog: null }\nclients: { export: null }\n";

test("one issuer without throttles and subjects is accepted under both handshakes", () => {
  expect(shared(WITHOUT)).toEqual([]);
  expect(faults(WITHOUT)).toEqual([]);
});

test("everything that the gateway cannot do itself is an error, reported together", () => {
  expect(shared("issuers: { workforce: { jwksUri: https://acme.okta.com/keys } }")).toEqual([
    expect.stringContaining("issuers.partner  got grants: subjects"),
    expect.stringContaining("issuers.partner.jwksUri  got nothing"),
    expect.stringContaining(
      "gateway.throttle  got a throttle, expected none (with handshake: shared-issuer, any caller with a valid token",
    ),
    expect.stringContaining(
      'services.orders.routes["GET /orders"]  got callers of customers, partner, workforce, expected callers of one',
    ),
  ]);
});

test("a route's own throttle is also refused", () => {
  const route =
    "services: { catalog: null, orders: { routes: { GET /orders: { throttle: { ratePerSecond: 1, burst: 1 } } } } }";
  expect(shared(WITHOUT.replace("services: { catalog: null }", route))).toEqual([
    expect.stringContaining('services.orders.routes["GET /orders"].throttle  got a throttle'),
  ]);
});

const okta = (claim: string) =>
  `issuers:
  customers: null
  partner: null
  workforce: { jwksUri: https://acme.okta.com/keys, scopeClaim: ${claim}, scopes: [orders/read, orders/write] }
gateway: { throttle: null }
services: { catalog: null }
clients: { web: null, batch: null, export: null }
`;

testAll(["scope", "scp"])("API Gateway reads scopes from %s", (claim) => {
  expect(shared(okta(claim)).filter((fault) => fault.includes("scopeClaim"))).toEqual([]);
});

test("API Gateway reads the scopes of all clients of an issuer from one claim", () => {
  const program = "program: { issuer: workforce, clientId: 0oaP, scopes: [orders/read], scopeClaim: roles }";
  const found = shared(okta("scp").replace("export: null", `export: null, ${program}`));
  expect(found).toContainEqual(expect.stringMatching(/^clients\.program\.scopeClaim /));
});

test("API Gateway reads scopes from no other claim", () => {
  expect(shared(okta("permissions"))).toContainEqual(
    expect.stringContaining("issuers.workforce.scopeClaim  got permissions, expected scope or scp"),
  );
});

test("API Gateway maps no values of a claim to scopes", () => {
  const mapped = okta("scp").replace("scopes:", "scopeValues: { Orders.Read: [orders/read] }, scopes:");
  expect(shared(mapped)).toContainEqual(expect.stringMatching(/^issuers\.workforce\.scopeValues /));
});

const client = (claim: string, handshake: (rest: string) => readonly string[]) =>
  handshake(okta("scp").replace("scopeClaim", `clientClaim: "${claim}", scopeClaim`)).filter((fault) =>
    fault.includes("clientClaim"),
  );

testAll(["client_id", "cid", "azp", "appId2"])("API Gateway's access log can identify a client by %s", (claim) => {
  expect(client(claim, shared)).toEqual([]);
});

testAll(["https://acme.example/client", "acme:client", "acme-client", "acme.client"])(
  "API Gateway's access log cannot identify a client by %s, and the remedy names the other handshake",
  (claim) => {
    expect(client(claim, shared)).toEqual([
      `issuers.workforce.clientClaim  got "${claim}", expected letters, digits and _ (with handshake: shared-issuer, API Gateway's access log reads the client from this claim)`,
    ]);
    expect(client(claim, faults)).toEqual([]);
  },
);

test("an API has at most ten authorizers, and an authorizer at most fifty audiences", () => {
  const issuers = Array.from(
    { length: 10 },
    (_, index) => `  more-${index}: { kind: cognito, domainPrefix: shop-${index} }`,
  );
  expect(
    shared(
      `${WITHOUT.replace(/issuers.*\n/, "")}issuers:\n  partner: null\n  workforce: null\n${issuers.join("\n")}\n`,
    ),
  ).toContainEqual(expect.stringContaining("issuers  got 11 issuers, expected at most 10"));
  const clients = Array.from(
    { length: 51 },
    (_, index) => `  job-${index}: { issuer: customers, grant: client_credentials, scopes: [orders/read] }`,
  );
  expect(
    shared(`${WITHOUT.replace(/clients.*\n/, "")}clients:\n  export: null\n${clients.join("\n")}\n`),
  ).toContainEqual(expect.stringMatching(/issuers\.customers {2}got 5\d clients, expected at most 50/));
});

test("API Gateway cannot require several scopes, and the remedy names the other handshake", () => {
  const all = "{ allOf: [orders/read, orders/write] }";
  const asking = (scopes: string) =>
    WITHOUT.replace("catalog: null", `catalog: null, orders: { routes: { PUT /orders: { scopes: ${scopes} } } }`);
  for (const [scopes, path] of [
    [all, "scopes"],
    [`[orders/admin, ${all}]`, "scopes[1]"],
  ] as const) {
    expect(shared(asking(scopes))).toEqual([
      expect.stringContaining(`services.orders.routes["PUT /orders"].${path}  got allOf, expected single scopes`),
    ]);
    expect(faults(asking(scopes))).toEqual([]);
  }
});
