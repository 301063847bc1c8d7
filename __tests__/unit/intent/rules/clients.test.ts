import { faults, shownFaults } from "../../../support/config-folder";
import { testAll } from "../../../support/test-all";

test("an unknown issuer gets the nearest one as a suggestion", () => {
  expect(shownFaults("clients: { web: { issuer: custmers } }")).toEqual([
    expect.stringMatching(
      /clients\.web\.issuer {2}got the unknown issuer "custmers", expected an issuer of this environment\n.*did you mean "customers"\?/,
    ),
  ]);
});

testAll([
  ["web", "partner", "an oidc issuer with grants: subjects", "a cognito issuer", "name one that fits: customers"],
  ["batch", "workforce", "an oidc issuer with grants: token", "a cognito issuer", "name one that fits: customers"],
  ["export", "customers", "a cognito issuer", "an oidc issuer with grants: subjects", "name one that fits: partner"],
  [
    "export",
    "workforce",
    "an oidc issuer with grants: token",
    "an oidc issuer with grants: subjects",
    "identify the client by its clientId",
  ],
])("%s cannot be a client of %s", (client, issuer, got, expected, remedy) => {
  const [shown, ...others] = shownFaults(`clients: { ${client}: { issuer: ${issuer} } }`);
  expect(others).toEqual([]);
  expect(shown).toContain(`clients.${client}.issuer  got ${issuer}, ${got}, expected ${expected}`);
  expect(shown).toContain(remedy);
});

test("an issuer that failed the schema causes no further findings", () => {
  expect(faults("issuers: { customers: { signUp: maybe } }")).toEqual([
    'issuers.customers.signUp  got "maybe", expected closed or open',
  ]);
});

test("a subject of an issuer may have only one client", () => {
  expect(faults("clients: { exporter: { issuer: partner, subject: export, scopes: [orders/read] } }")).toEqual([
    "clients.export.subject  got the same subject as the client exporter, expected each issuer and subject once",
    "clients.exporter.subject  got the same subject as the client export, expected each issuer and subject once",
  ]);
  const other = "issuers: { other: { kind: oidc, issuer: https://other.example.com, audiences: [shop] } }";
  expect(faults(`${other}\nclients: { exporter: { issuer: other, subject: export, scopes: [orders/read] } }`)).toEqual(
    [],
  );
});

test("a pattern is not a subject", () => {
  expect(faults('clients: { export: { subject: "repo:acme/*" } }')).toEqual([
    'clients.export.subject  got "repo:acme/*", expected an exact subject: * matches nothing',
  ]);
});

testAll(["", "é", "x".repeat(256), "a b", 'a"b', "acme\\ann"])("%j is not a subject", (subject) => {
  expect(faults(`clients: { export: { subject: '${subject}' } }`)).toEqual([
    expect.stringMatching(
      /^clients\.export\.subject {2}got .*expected 1-255 printable ASCII characters without spaces, " and \\ \(the exact sub\)$/,
    ),
  ]);
});

testAll([
  "https://shop.example.com/cb",
  "http://localhost:3000/cb",
  "http://localhost",
  "https://shop.example.com:8443",
])("%s is a callback URL", (url) => {
  expect(faults(`clients: { web: { callbackUrls: ["${url}"], logoutUrls: ["${url}"] } }`)).toEqual([]);
});

testAll([
  "http://shop.example.com",
  "http://localhost.example.com",
  "https://shop.example.com/#cb",
  "https://",
  "https:///cb",
  "https://*.example.com/cb",
  "https://user@shop.example.com/cb",
  "https://shop.example.com/a b",
  "myapp://cb",
  `https://${"x".repeat(1024)}`,
])("%s is not a callback URL", (url) => {
  expect(faults(`clients: { web: { callbackUrls: ["${url}"] } }`)).toEqual([
    expect.stringMatching(/^clients\.web\.callbackUrls\[0\] {2}got /),
  ]);
});

test("an app client has at most 100 URLs and 50 scopes", () => {
  const many = (count: number, text: (index: number) => string) =>
    Array.from({ length: count }, (_, i) => text(i)).join(", ");
  const urls = (count: number) =>
    `clients: { web: { callbackUrls: [${many(count, (i) => `https://a${i}.example.com`)}] } }`;
  expect(faults(urls(100))).toEqual([]);
  expect(faults(urls(101))).toEqual([
    "clients.web.callbackUrls  got a list, expected a list of 1-100 URLs (Cognito's limit per app client)",
  ]);
  expect(faults(`clients: { web: { scopes: [${many(51, (i) => `orders/s${i}`)}] } }`)).toContain(
    "clients.web.scopes  got a list, expected a list of 1-50 scopes (Cognito's limit per app client)",
  );
});

testAll([
  ["a subject for people", "clients: { web: { subject: x } }", 'clients.web.subject  got the unknown key "subject"'],
  ["readers for people", "clients: { web: { readers: [] } }", 'clients.web.readers  got the unknown key "readers"'],
  [
    "URLs for a program",
    "clients: { batch: { callbackUrls: [] } }",
    'clients.batch.callbackUrls  got the unknown key "callbackUrls"',
  ],
])("%s are refused", (_, changes, fault) => {
  expect(faults(changes)).toEqual([expect.stringContaining(fault)]);
});

const GITHUB =
  "issuers: { github: { kind: oidc, issuer: https://token.actions.githubusercontent.com, audiences: [shop] } }";
const release = (claims: string) => `release: { issuer: github, claims: ${claims}, scopes: [orders/read] }`;

test("a caller is identified by its subject or by its claims", () => {
  expect(faults(`${GITHUB}\nclients: { ${release("{ repository: acme/shop, environment: prod }")} }`)).toEqual([]);
  expect(faults("clients: { nobody: { issuer: partner, scopes: [orders/read] } }")).toEqual([
    "clients.nobody  got none of subject, claims and clientId, expected one of subject, claims and clientId",
  ]);
  expect(faults("clients: { export: { claims: { team: data } } }")).toEqual([
    "clients.export  got subject and claims, expected one of subject, claims and clientId",
  ]);
});

describe("a client of an issuer with grants: token", () => {
  const app = (parts: string) => `clients: { app: { issuer: workforce, ${parts} } }`;
  const paths = (changes: string) => faults(changes).map((fault) => fault.split("  ")[0]);

  test("has a client id and scopes, in addition to the clients that the issuer lists", () => {
    expect(faults(app("clientId: 0oa2, scopes: [orders/write]"))).toEqual([]);
  });

  testAll([
    ["clientId: 0oa1example, scopes: [orders/read]", ["clients.app.clientId"]],
    ["subject: ann, scopes: [orders/read]", ["clients.app.issuer"]],
    ["clientId: 0oa2, subject: ann, scopes: [orders/read]", ["clients.app"]],
    ["clientId: 'a b', scopes: [orders/read]", ["clients.app.clientId"]],
  ])("%s is refused", (parts, expected) => expect(paths(app(parts))).toEqual(expected));

  test("needs an issuer that trusts client ids, and a name that no listed client has", () => {
    expect(paths("clients: { app: { issuer: partner, clientId: 0oa2, scopes: [orders/read] } }")).toEqual([
      "clients.app.issuer",
    ]);
    expect(
      paths(
        "issuers: { workforce: { clients: [app] } }\nclients: { app: { issuer: workforce, clientId: 0oa2, scopes: [orders/read] } }",
      ),
    ).toEqual(["clients.app.clientId"]);
    const twice = "{ issuer: workforce, clientId: 0oa2, scopes: [orders/read] }";
    expect(paths(`clients: { app: ${twice}, other: ${twice} }`)).toEqual([
      "clients.app.clientId",
      "clients.other.clientId",
    ]);
  });

  test("may be the issuer's only one, and an issuer without any client is refused", () => {
    const alone = "issuers: { workforce: { scopes: null, clients: null } }";
    expect(faults(`${alone}\n${app("clientId: 0oa2, scopes: [orders/read]")}`)).toEqual([]);
    expect(paths(alone)).toEqual(["issuers.workforce"]);
    expect(paths("issuers: { workforce: { scopes: null } }")).toEqual(["issuers.workforce"]);
    expect(paths(`issuers: { workforce: { clients: null } }\n${app("clientId: 0oa2, scopes: [orders/read]")}`)).toEqual(
      ["issuers.workforce.scopes"],
    );
  });
});

test("only a client that is known by its client id has a claim for its scopes", () => {
  const program = (keys: string) =>
    faults(`clients: { program: { scopes: [orders/read], ${keys}, scopeClaim: roles } }`);
  expect(program("issuer: workforce, clientId: 0oaProgram")).toEqual([]);
  expect(program("issuer: partner, subject: program")).toEqual([
    expect.stringMatching(/^clients\.program\.scopeClaim /),
  ]);
});

describe("Envoy reads scopes from one claim, by their own names", () => {
  const envoy = `envoy: { image: "europe-docker.pkg.dev/acme/mirror/envoy:distroless-v1.40.0@sha256:${"a".repeat(64)}" }`;
  const faultsWith = (issuer: string, clients = "clients: { export: null }") =>
    faults(
      `${envoy}\nissuers: { partner: null, workforce: { jwksUri: https://acme.okta.com/keys, ${issuer} } }\n` +
        `${clients}\nservices: { orders: { verifyCallerToken: true } }`,
    ).map((fault) => fault.split("  ")[0]);

  testAll([
    ["scopeClaim: scp", []],
    ["scopeClaim: https://example.com/scopes", []],
    ["scopeClaim: [scp, roles]", ["services.orders.verifyCallerToken"]],
    ["scopeClaim: realm_access.roles", ["services.orders.verifyCallerToken"]],
    ["scopeValues: { Reader: [orders/read] }", ["services.orders.verifyCallerToken"]],
  ])("%s", (issuer, expected) => expect(faultsWith(issuer)).toEqual(expected));

  test("not from a claim of one client's own", () => {
    const program =
      "clients: { export: null, program: { issuer: workforce, clientId: 0oaP, scopes: [orders/read], scopeClaim: scp } }";
    expect(faultsWith("scopeClaim: scp", program)).toEqual(["services.orders.verifyCallerToken"]);
  });

  testAll(["public", "a&b"])("%s is no scope for Envoy's rules", (scope) => {
    expect(
      faults(
        `${envoy}\nissuers: { partner: null, workforce: { jwksUri: https://acme.okta.com/keys, scopes: [orders/read, "${scope}"] } }\n` +
          `clients: { export: null }\nservices: { orders: { verifyCallerToken: true, routes: { GET /x: { scopes: ["${scope}"] } } } }`,
      ).map((fault) => fault.split("  ")[0]),
    ).toEqual(['services.orders.routes["GET /x"].scopes[0]']);
  });
});

testAll(["aud", "exp", "iat", "iss", "jti", "nbf", "a claim", "__proto__ "])(
  "%j cannot be a claim of a caller",
  (name) => {
    expect(
      faults(`${GITHUB}\nclients: { ${release(`{ repository: acme/shop, ${JSON.stringify(name)}: x }`)} }`),
    ).toEqual([expect.stringContaining("expected a claim that the issuer decides on")]);
  },
);

test("a pattern is not a value of a claim", () => {
  expect(faults(`${GITHUB}\nclients: { ${release('{ repository: "acme/*" }')} }`)).toEqual([
    'clients.release.claims.repository  got "acme/*", expected an exact value: * matches nothing',
  ]);
});

test("no token may match two clients", () => {
  const other = (claims: string) => `deploy: { issuer: github, claims: ${claims}, scopes: [orders/read] }`;
  const both = (one: string, two: string) => faults(`${GITHUB}\nclients: { ${release(one)}, ${other(two)} }`);
  expect(both("{ repository: a/b, environment: prod }", "{ repository: a/b, environment: dev }")).toEqual([]);
  expect(both("{ repository: a/b, environment: prod }", "{ repository: a/b }")).toEqual([
    expect.stringContaining("clients.deploy.claims  got claims that every token of the client release has too"),
  ]);
  expect(both("{ repository: a/b, environment: prod }", "{ environment: prod, repository: a/b }")).toEqual([
    expect.stringContaining("clients.release.claims  got the same claims as the client deploy"),
    expect.stringContaining("clients.deploy.claims  got the same claims as the client release"),
  ]);
});

test("a client with a subject and one with claims that include it clash", () => {
  const two =
    "a: { issuer: partner, subject: seven, scopes: [orders/read] }, b: { issuer: partner, claims: { sub: seven, team: x }, scopes: [orders/read] }";
  expect(faults(`clients: { ${two} }`)).toEqual([
    expect.stringContaining("clients.a.subject  got claims that every token of the client b has too"),
  ]);
});

test("two callers never have the same name in the logs", () => {
  const two =
    "seven: { issuer: partner, claims: { team: x }, scopes: [orders/read] }, b: { issuer: partner, subject: seven, scopes: [orders/read] }";
  expect(faults(`clients: { ${two} }`)).toEqual([
    expect.stringContaining("got the name partner/seven, which the client b has too, expected a unique name"),
    expect.stringContaining("got the name partner/seven, which the client seven has too, expected a unique name"),
  ]);
});

test("Envoy identifies callers only by their subject", () => {
  const envoy = "services: { orders: { verifyCallerToken: true } }";
  expect(faults(`${envoy}\n${GITHUB}\nclients: { ${release("{ repository: acme/shop }")} }`)).toContainEqual(
    expect.stringContaining("services.orders.verifyCallerToken  got true, but the client release has claims"),
  );
});
