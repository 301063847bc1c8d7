import {
  absentClaims,
  claimsOfCaller,
  isItsAudience,
  isItsIssuer,
  PROVIDERS,
  providerOf,
} from "../../../contract/identity-providers";
import { carriedScopes } from "../../../contract/scope-claims";
import { testAll } from "../../support/test-all";

test.each(PROVIDERS.filter(({ issuer }) => issuer !== undefined))("$id recognizes its own example", (provider) => {
  expect(providerOf(provider.example)).toBe(provider);
  expect(isItsIssuer(provider, provider.example)).toBe(true);
  const slashed = provider.example.endsWith("/") ? provider.example.slice(0, -1) : `${provider.example}/`;
  // A slash at the end of a host alone is no difference: config writes such a URL in one way.
  expect(isItsIssuer(provider, slashed)).toBe(["google", "aws", "github"].includes(provider.id));
});

test("each provider has its pages, and an algorithm that the authorizer verifies", () => {
  for (const { id, sources, date, algorithms } of PROVIDERS) {
    expect([id, sources.every((page) => URL.canParse(page)) && sources.length > 0]).toEqual([id, true]);
    expect([id, date]).toEqual([id, expect.stringMatching(/^\d{4}-\d{2}-\d{2}$/)]);
    expect([id, algorithms.some((each) => each === "RS256" || each === "ES256")]).toEqual([id, true]);
  }
  expect(new Set(PROVIDERS.map(({ id }) => id)).size).toBe(PROVIDERS.length);
});

testAll([
  ["https://acme.okta.com", "okta-org"],
  ["https://acme.okta.com/oauth2/v1", "okta-org"],
  ["https://acme.oktapreview.com/oauth2/aus1/", "okta"],
  ["https://acme.auth0.com", "auth0"],
  ["https://login.microsoftonline.com/acme.onmicrosoft.com/v2.0", "entra-v2"],
  ["https://sts.windows.net/11111111-2222-3333-4444-555555555555", "entra-v1"],
  ["https://sso.acme.example/auth/realms/acme", "keycloak"],
  ["https://sso.acme.example/realms/acme/protocol/openid-connect/token", "keycloak"],
  ["https://auth.pingone.com.au/11111111-2222-3333-4444-555555555555/as", "pingone"],
  ["https://am.acme.example/am/oauth2/realms/root/realms/alpha", undefined],
  ["https://login.acme.example", undefined],
  ["https://acme.okta.com.evil.example/oauth2/default", undefined],
  ["https://auth0.com/", undefined],
])("%s is of %s", (issuer, id) => {
  expect(providerOf(issuer)?.id).toBe(id);
});

testAll([
  ["https://login.microsoftonline.com/11111111-2222-3333-4444-555555555555/v2.0", "api://shop", false],
  [
    "https://login.microsoftonline.com/11111111-2222-3333-4444-555555555555/v2.0",
    "6e74172b-be56-4843-9ff4-e66a39bb12e3",
    true,
  ],
  ["https://securetoken.google.com/acme-shop", "acme-shop", true],
  ["https://securetoken.google.com/acme-shop", "acme", false],
  ["https://acme.eu.auth0.com/", "anything", true],
])("a token of %s for %s: %s", (issuer, audience, isOne) => {
  const provider = providerOf(issuer);
  expect(provider && isItsAudience(provider, issuer, audience)).toBe(isOne);
});

const SCOPES = ["orders/read", "orders/write"];
const claims = (issuer: string, scopeClaim: string | readonly string[], clientClaim: string) =>
  claimsOfCaller({ issuer, scopeClaim, clientClaim }, "app", SCOPES);
const [OKTA, AUTH0, KEYCLOAK] = [
  "https://acme.okta.com/oauth2/default",
  "https://acme.auth0.com/",
  "https://a.example/realms/a",
];
const ENTRA = "https://login.microsoftonline.com/11111111-2222-3333-4444-555555555555/v2.0";

const OF_ENTRA = { tid: "11111111-2222-3333-4444-555555555555", oid: expect.any(String), ver: "2.0", azp: "app" };

testAll([
  ["Okta", OKTA, "scp", "cid", { scp: SCOPES, cid: "app" }],
  ["Okta, against config", OKTA, "scope", "client_id", { scp: SCOPES, cid: "app" }],
  ["Okta's own groups", OKTA, "groups", "cid", { groups: SCOPES, cid: "app" }],
  ["Auth0's own profile", AUTH0, "scope", "azp", { scope: "orders/read orders/write", azp: "app" }],
  ["Auth0's RFC 9068 profile", AUTH0, ["permissions"], "client_id", { permissions: SCOPES, client_id: "app" }],
  ["Entra ID's people", ENTRA, ["scp", "roles"], "azp", { ...OF_ENTRA, scp: "orders/read orders/write" }],
  ["Entra ID's programs", ENTRA, "roles", "appid", { ...OF_ENTRA, roles: SCOPES }],
  ["Keycloak's roles", KEYCLOAK, "realm_access.roles", "azp", { realm_access: { roles: SCOPES }, azp: "app" }],
  ["Keycloak's mapper", KEYCLOAK, "scp", "azp", { scp: SCOPES, azp: "app" }],
  ["Firebase", "https://securetoken.google.com/app", "level", "aud", { level: SCOPES }],
  ["anyone else", "https://login.acme.example", "scp", "client_id", { scp: SCOPES, client_id: "app" }],
])("%s writes its own claims", (_, issuer, scopeClaim, clientClaim, expected) => {
  expect(claims(issuer, scopeClaim, clientClaim)).toEqual(expected);
});

test("a token with the provider's claims has no scope for a config that names another claim", () => {
  const from = { issuer: OKTA, scopeClaim: "scope", clientClaim: "cid" };
  expect([...carriedScopes(claimsOfCaller(from, "app", SCOPES), from)]).toEqual([]);
  expect(absentClaims(from)).toMatchObject([{ key: "scopeClaim", claim: "scope", sent: "scp" }]);
  expect(absentClaims({ ...from, scopeClaim: ["scp", "groups"] })).toEqual([]);
  expect(absentClaims({ ...from, issuer: "https://login.acme.example" })).toEqual([]);
});
