import { dev, faults, shownFaults } from "../../../support/config-folder";
import { testAll } from "../../../support/test-all";

const ROLE = "arn:aws:iam::111122223333:role/nightly-export";
const issuers = (text = '{ kind: aws-iam, accounts: ["111122223333"] }') => `issuers: { roles: ${text} }\n`;
const client = (subject: string, more = "") =>
  `clients: { night: { issuer: roles, subject: "${subject}", scopes: [orders/read]${more} } }\n`;

testAll([ROLE, "arn:aws:iam::111122223333:user/ops/ann", "arn:aws:iam::111122223333:root"])(
  "%s is a caller of its account",
  (subject) => {
    expect(faults(issuers() + client(subject))).toEqual([]);
    expect(dev(issuers() + client(subject)).clients.find(({ id }) => id === "night")).toMatchObject({ subject });
  },
);

testAll<[string, string]>([
  ["arn:aws:iam::111122223333:role/team/nightly-export", "expected the ARN of a role without its path"],
  ["arn:aws:sts::111122223333:assumed-role/nightly-export/run", "expected the ARN of a role without its path"],
  ["arn:aws:iam::111122223333:group/ops", "expected the ARN of a role without its path"],
  ["nightly-export", "expected the ARN of a role without its path"],
  ["arn:aws:iam::999922223333:role/nightly-export", "expected a principal of the accounts of roles: 111122223333"],
])("%s is not a caller", (subject, expected) => {
  expect(faults(issuers() + client(subject))).toEqual([
    expect.stringMatching(new RegExp(`^clients\\.night\\.subject .*${expected}`)),
  ]);
});

testAll([
  ["arn:aws:iam::111122223333:role/team/nightly-export", ROLE],
  ["arn:aws:sts::111122223333:assumed-role/nightly-export/run", ROLE],
  [
    "arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_Ops_0a1b2c3d4e5f6a7b",
    "arn:aws:iam::111122223333:role/AWSReservedSSO_Ops_0a1b2c3d4e5f6a7b",
  ],
  ["nightly-export", '"arn:aws:iam::111122223333:role/nightly-export"'],
])("the remedy for %s is %s", (subject, remedy) => {
  expect(shownFaults(issuers() + client(subject))[0]?.split("\n    ")[1]).toContain(remedy);
});

const [AROA, AIDA] = ["AROAEXAMPLEEXAMPLE123", "AIDAEXAMPLEEXAMPLE123"];
const [USER, ROOT] = ["arn:aws:iam::111122223333:user/ops/ann", "arn:aws:iam::111122223333:root"];

testAll<[string, string, string | undefined]>([
  [ROLE, AROA, undefined],
  [USER, AIDA, undefined],
  [ROLE, AIDA, "expected AROA… for a role"],
  [USER, AROA, "expected AROA… for a role"],
  [ROOT, AIDA, "expected AROA… for a role"],
  [ROLE, "AROA", "expected an id that begins with AROA"],
  [ROLE, "ASIAEXAMPLEEXAMPLE123", "expected an id that begins with AROA"],
])("%s with the unique id %s: %s", (subject, uniqueId, expected) => {
  const text = issuers() + client(subject, `, uniqueId: ${uniqueId}`);
  expect(faults(text)).toEqual(
    expected === undefined ? [] : [expect.stringMatching(new RegExp(`^clients\\.night\\.uniqueId .*${expected}`))],
  );
  if (expected === undefined) expect(dev(text).clients.find(({ id }) => id === "night")).toMatchObject({ uniqueId });
});

test("a unique id for a caller of another issuer is refused", () => {
  const text = `clients: { night: { issuer: partner, subject: x, scopes: [orders/read], uniqueId: ${AROA} } }\n`;
  expect(faults(text)).toContainEqual(
    expect.stringMatching(/^clients\.night\.uniqueId .*only for callers of an aws-iam/),
  );
});

test("claims cannot identify an AWS principal", () => {
  const changes = "clients: { night: { issuer: roles, claims: { sub: x }, scopes: [orders/read] } }\n";
  expect(faults(issuers() + changes)).toEqual([expect.stringMatching(/^clients\.night\.claims .*expected subject/)]);
});

test("a second issuer of this kind is refused", () => {
  const two = `issuers: { roles: { kind: aws-iam, accounts: ["111122223333"] }, more: { kind: aws-iam, accounts: ["444455556666"] } }\n`;
  expect(faults(two)).toEqual([expect.stringMatching(/^issuers\.roles\.kind .*next to more/)]);
});

testAll([
  ["an account that is a number", "{ kind: aws-iam, accounts: [111122223333] }", "issuers.roles.accounts[0]"],
  ["no account", "{ kind: aws-iam, accounts: [] }", "issuers.roles.accounts"],
  ["a URL", '{ kind: aws-iam, accounts: ["111122223333"], issuer: "https://x.example" }', "issuers.roles.issuer"],
])("an issuer with %s is refused", (_, text, path) => {
  expect(faults(issuers(text)).map((fault) => fault.split("  ")[0])).toEqual([path]);
});

test("a service whose Envoy verifies tokens cannot have a caller of this kind", () => {
  const envoy = `envoy: { image: "europe-docker.pkg.dev/acme/mirror/envoy:distroless-v1.40.0@sha256:${"7d".repeat(32)}" }\n`;
  const keys =
    'issuers: { partner: { jwksUri: "https://partner.example.com/keys" }, workforce: { jwksUri: "https://acme.okta.com/keys" }, roles: { kind: aws-iam, accounts: ["111122223333"] } }\n';
  const verifying = (service: string) => `services: { ${service}: { verifyCallerToken: true } }\n`;
  expect(faults(envoy + keys + verifying("orders") + client(ROLE))).toEqual([
    expect.stringMatching(/^services\.orders\.verifyCallerToken .*clients of roles/),
  ]);
  expect(faults(envoy + keys + verifying("catalog") + client(ROLE))).toEqual([]);
});

test("under the shared-issuer handshake the issuer is refused, with the reason", () => {
  const all = faults(`handshake: shared-issuer\n${issuers()}`);
  expect(all).toContainEqual(expect.stringMatching(/^issuers\.roles\.kind .*API Gateway and Envoy verify JWTs only/));
});

test("a client that gets tokens from Cognito cannot be of this issuer", () => {
  const changes = "clients: { night: { issuer: roles, grant: client_credentials, scopes: [orders/read] } }\n";
  expect(faults(issuers() + changes)).toEqual([expect.stringMatching(/^clients\.night\.issuer .*an aws-iam issuer/)]);
});
