import { issuers } from "../../../../intent/schema/issuers";

const OIDC = { kind: "oidc", issuer: "https://acme.okta.com", audiences: ["shop"] };
const parse = (issuer: unknown) => issuers.safeParse({ x: issuer });

test("sign-up is closed unless config opens it", () => {
  expect(parse({ kind: "cognito", domainPrefix: "shop" }).data).toEqual({
    x: { kind: "cognito", domainPrefix: "shop", signUp: "closed" },
  });
  expect(parse({ kind: "cognito", domainPrefix: "shop", signUp: "open" }).success).toBe(true);
});

test("an oidc issuer's tokens grant no scopes unless config says so", () => {
  expect(parse(OIDC).data).toEqual({ x: { ...OIDC, grants: "subjects" } });
});

test("with grants: token the claims have OAuth's names by default", () => {
  const token = { ...OIDC, grants: "token", scopes: ["orders/read"], clients: ["a"] };
  expect(parse(token).data).toEqual({ x: { ...token, scopeClaim: "scope", clientClaim: "client_id" } });
  expect(parse({ ...token, scopeClaim: "scp", clientClaim: "cid" }).success).toBe(true);
  expect(parse({ ...token, scopeClaim: ["scp", "realm_access.roles"] }).success).toBe(true);
  expect(parse({ ...token, scopeClaim: "a b" }).success).toBe(false);
});

test.each([
  ["no claim for scopes", { ...OIDC, grants: "token", scopeClaim: [] }],
  ["a value without scopes", { ...OIDC, grants: "token", scopeValues: { Reader: [] } }],
  ["a value with a space", { ...OIDC, grants: "token", scopeValues: { "a b": ["orders/read"] } }],
  ["subjects with scopes", { ...OIDC, scopes: ["orders/read"] }],
  ["subjects with a scope claim", { ...OIDC, scopeClaim: "scp" }],
  ["oidc without audiences", { kind: "oidc", issuer: "https://acme.okta.com" }],
  ["oidc with an empty audience", { ...OIDC, audiences: [""] }],
  ["cognito with audiences", { kind: "cognito", domainPrefix: "shop", audiences: ["shop"] }],
])("%s is refused", (_, issuer) => {
  expect(parse(issuer).success).toBe(false);
});
