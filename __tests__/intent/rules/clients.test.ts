import { faults, shownFaults } from "../config-folder";

test("an issuer that is none gets the nearest one", () => {
  expect(shownFaults("clients: { web: { issuer: custmers } }")).toEqual([
    expect.stringMatching(
      /clients\.web\.issuer {2}got the unknown issuer "custmers", expected an issuer of this environment\n.*did you mean "customers"\?/,
    ),
  ]);
});

test.each([
  ["web", "partner", "an oidc issuer with grants: subjects", "a cognito issuer", "name one that fits: customers"],
  ["batch", "workforce", "an oidc issuer with grants: token", "a cognito issuer", "name one that fits: customers"],
  ["export", "customers", "a cognito issuer", "an oidc issuer with grants: subjects", "name one that fits: partner"],
  [
    "export",
    "workforce",
    "an oidc issuer with grants: token",
    "an oidc issuer with grants: subjects",
    "remove the client: with grants: token the issuer's own scopes and clients decide",
  ],
])("%s cannot come from %s", (client, issuer, got, expected, remedy) => {
  const [shown, ...others] = shownFaults(`clients: { ${client}: { issuer: ${issuer} } }`);
  expect(others).toEqual([]);
  expect(shown).toContain(`clients.${client}.issuer  got ${issuer}, ${got}, expected ${expected}`);
  expect(shown).toContain(remedy);
});

test("an issuer that failed the schema is not judged", () => {
  expect(faults("issuers: { customers: { signUp: maybe } }")).toEqual([
    'issuers.customers.signUp  got "maybe", expected closed or open',
  ]);
});

test("one subject of one issuer is one client", () => {
  expect(faults("clients: { exporter: { issuer: partner, subject: export, scopes: [orders/read] } }")).toEqual([
    "clients.export.subject  got the subject of the client exporter once more, expected each issuer and subject once",
    "clients.exporter.subject  got the subject of the client export once more, expected each issuer and subject once",
  ]);
  const other = "issuers: { other: { kind: oidc, issuer: https://other.example.com, audiences: [shop] } }";
  expect(faults(`${other}\nclients: { exporter: { issuer: other, subject: export, scopes: [orders/read] } }`)).toEqual(
    [],
  );
});

test("a pattern is no subject", () => {
  expect(faults('clients: { export: { subject: "repo:acme/*" } }')).toEqual([
    'clients.export.subject  got "repo:acme/*", expected an exact subject: * matches nothing',
  ]);
});

test.each(["", "é", "x".repeat(256)])("the subject %j is none", (subject) => {
  expect(faults(`clients: { export: { subject: "${subject}" } }`)).toEqual([
    expect.stringMatching(
      /^clients\.export\.subject {2}got .*expected 1-255 printable ASCII characters \(the exact sub\)$/,
    ),
  ]);
});

test.each([
  "https://shop.example.com/cb",
  "http://localhost:3000/cb",
  "http://localhost",
  "https://shop.example.com:8443",
])("%s is a callback URL", (url) => {
  expect(faults(`clients: { web: { callbackUrls: ["${url}"], logoutUrls: ["${url}"] } }`)).toEqual([]);
});

test.each([
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
])("%s is none", (url) => {
  expect(faults(`clients: { web: { callbackUrls: ["${url}"] } }`)).toEqual([
    expect.stringMatching(/^clients\.web\.callbackUrls\[0\] {2}got /),
  ]);
});

test("an app client has 100 URLs and 50 scopes at most", () => {
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

test.each([
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
