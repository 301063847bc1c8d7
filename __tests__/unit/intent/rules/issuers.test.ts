import { withoutCredentials } from "../../../../contract/credentials";
import { faults } from "../../../support/config-folder";
import { testAll } from "../../../support/test-all";

const issuer = (url: string) => faults(`issuers: { partner: { issuer: "${url}" } }`);

testAll([
  "https://acme.okta.com/oauth2/other",
  "https://acme.eu.auth0.com/",
  "https://11111111-2222-3333-4444-555555555555.tokens.sts.global.api.aws",
  "https://token.actions.githubusercontent.com",
])("%s is an issuer", (url) => {
  expect(issuer(url)).toEqual([]);
});

testAll([
  ["http://acme.okta.com", "an https URL, as in the token's iss"],
  ["acme.okta.com", "an https URL, as in the token's iss"],
  ["https://", "an https URL, as in the token's iss"],
  ["https://10.0.0.1", "a host with a public DNS name, not an IP address or localhost"],
  ["https://2130706433/x", "a host with a public DNS name, not an IP address or localhost"],
  ["https://0x7f.1", "a host with a public DNS name, not an IP address or localhost"],
  ["https://[::1]/x", "a host with a public DNS name, not an IP address or localhost"],
  ["https://localhost", "a host with a public DNS name, not an IP address or localhost"],
  ["https://sso.localhost", "a host with a public DNS name, not an IP address or localhost"],
  ["https://metadata.google.internal", "a host with a public DNS name, not an IP address or localhost"],
  ["https://intranet", "a host with a public DNS name, not an IP address or localhost"],
  ["https://acme.okta.com.", "a host with a public DNS name, not an IP address or localhost"],
  ["https://-acme.okta.com", "a host with a public DNS name, not an IP address or localhost"],
  ["https://acme.okta.com?x=1", "a URL without query and fragment"],
  ["https://acme.okta.com/#x", "a URL without query and fragment"],
  ["https://user:pass@acme.okta.com", "a URL without user and password"],
  ["https://Acme.okta.com", "a URL in its plain form, https://acme.okta.com/"],
  ["https://acme.okta.com:443", "a URL in its plain form, https://acme.okta.com/"],
  ["https://acme.okta.com/a/../b", "a URL in its plain form, https://acme.okta.com/b"],
])("%s is not an issuer", (url, expected) => {
  expect(issuer(url)).toEqual([`issuers.partner.issuer  got "${withoutCredentials(url)}", expected ${expected}`]);
});

testAll(["https://workforce.example.com", "https://workforce.example.com/"])(
  "%s is the same issuer as workforce",
  (url) => {
    expect(issuer(url)).toEqual([
      "issuers.workforce.issuer  got the same URL as the issuer partner, expected each URL once, or the same URL with other audiences",
      "issuers.partner.issuer  got the same URL as the issuer workforce, expected each URL once, or the same URL with other audiences",
    ]);
  },
);

const ports = (handshake: string) =>
  faults(
    `handshake: ${handshake}\nissuers: { workforce: { issuer: https://sso.acme.com:8443, jwksUri: https://keys.acme.com:9443/certs } }`,
  ).filter((fault) => fault.includes("port"));

test("a port that the authorizer cannot fetch keys from is refused, unless only Envoy fetches them", () => {
  const expected = "a URL without a port (with handshake: federated, the authorizer fetches keys only from port 443)";
  expect(ports("federated")).toEqual([
    `issuers.workforce.issuer  got "https://sso.acme.com:8443", expected ${expected}`,
    `issuers.workforce.jwksUri  got "https://keys.acme.com:9443/certs", expected ${expected}`,
  ]);
  expect(ports("shared-issuer")).toEqual([]);
});

const token = (url: string) => faults(`issuers: { workforce: { issuer: "${url}" } }`);

testAll([
  "https://token.actions.githubusercontent.com",
  "https://token.actions.githubusercontent.com/acme",
  "https://accounts.google.com",
  "https://gitlab.com",
  "https://login.microsoftonline.com/common/v2.0",
  "https://login.microsoftonline.com/organizations/v2.0",
  "https://login.microsoftonline.com/consumers/v2.0",
  "https://login.microsoftonline.com/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0",
  "https://appleid.apple.com",
  "https://11111111-2222-3333-4444-555555555555.tokens.sts.global.api.aws",
  "https://app.terraform.io",
  "https://agent.buildkite.com",
  "https://oidc.circleci.com/org/11111111-2222-3333-4444-555555555555",
  "https://oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF",
])("grants: token is refused for the multi-tenant issuer %s", (url) => {
  expect(token(url).filter((fault) => fault.includes(".grants"))).toEqual([
    `issuers.workforce.grants  got token for ${new URL(url).hostname}, expected subjects: anyone can use this issuer, so only exact subjects identify a caller`,
  ]);
});

testAll([
  "https://login.microsoftonline.com/11111111-2222-3333-4444-555555555555/v2.0",
  "https://gitlab.acme.com",
  "https://accounts.google.com.acme.com",
])("%s may be a single team's issuer", (url) => {
  expect(token(url).filter((fault) => fault.includes(".grants"))).toEqual([]);
});

const prefix = (text: string) => faults(`issuers: { customers: { domainPrefix: "${text}" } }`);

testAll(["a", "shop-1", "x".repeat(63)])("%s is a domain prefix", (text) => {
  expect(prefix(text)).toEqual([]);
});

testAll(["", "Shop", "-shop", "shop-", "shop.dev", "x".repeat(64)])("%j is not a domain prefix", (text) => {
  expect(prefix(text)).toEqual([expect.stringContaining("expected 1-63 lower-case letters, digits and inner dashes")]);
});

testAll(["my-aws-shop", "amazonia", "cognito-x"])("%s contains a word that Cognito reserves", (text) => {
  expect(prefix(text)).toEqual([
    `issuers.customers.domainPrefix  got "${text}", expected a prefix without aws, amazon, cognito (Cognito's rule)`,
  ]);
});

test("an issuer has at most 50 audiences", () => {
  const audiences = (count: number) =>
    faults(`issuers: { partner: { audiences: [${Array.from({ length: count }, (_, i) => `a${i}`).join(", ")}] } }`);
  expect(audiences(50)).toEqual([]);
  expect(audiences(51)).toEqual([
    "issuers.partner.audiences  got a list, expected a list of 1-50 audiences (API Gateway's limit per authorizer)",
  ]);
});

test("issuers of one URL differ in all of their audiences, and no Envoy has to tell them apart", () => {
  const other = (audiences: string, more = "") =>
    faults(
      `issuers: { other: { kind: oidc, issuer: https://partner.example.com, audiences: ${audiences} } }\n${more}`,
    ).map((fault) => fault.split("  ")[0]);
  expect(other("[else]")).toEqual([]);
  expect(other("[else, shop]")).toEqual(["issuers.partner.issuer", "issuers.other.issuer"]);
  const envoy = `envoy: { image: "europe-docker.pkg.dev/acme/mirror/envoy:distroless-v1.40.0@sha256:${"a".repeat(64)}" }\n`;
  expect(other("[else]", `${envoy}services: { catalog: { verifyCallerToken: true } }`)).toEqual(
    expect.arrayContaining(["issuers.partner.issuer", "issuers.other.issuer"]),
  );
});
