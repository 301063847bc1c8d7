import { issuers } from "../../../../intent/schema/issuers";

const OIDC = { kind: "oidc", issuer: "https://acme.okta.com", audiences: ["shop"] };
const parse = (issuer: unknown) => issuers.safeParse({ x: issuer });

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
