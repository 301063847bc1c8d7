import { carriedScopes, claimsCarrying, type ScopeClaims } from "../../../contract/scope-claims";
import { testAll } from "../../support/test-all";

const carried = (claims: object, from: ScopeClaims) => [...carriedScopes({ ...claims }, from)];

const ROLES = { scopeClaim: "roles" };
const URL_CLAIM = "https://x.example/s.t";

testAll<[string, object, ScopeClaims, ...string[]]>([
  ["one text with spaces", { scope: "a b" }, { scopeClaim: "scope" }, "a", "b"],
  ["a list", { scp: ["a", "b"] }, { scopeClaim: "scp" }, "a", "b"],
  ["several claims", { scp: "a", roles: ["b"] }, { scopeClaim: ["scp", "roles"] }, "a", "b"],
  ["a claim in an object", { realm_access: { roles: ["a"] } }, { scopeClaim: "realm_access.roles" }, "a"],
  ["a claim whose name is a URL", { [URL_CLAIM]: ["a"] }, { scopeClaim: URL_CLAIM }, "a"],
  ["a claim with a colon", { "cognito:groups": ["a"] }, { scopeClaim: "cognito:groups" }, "a"],
  ["values that grant", { roles: ["R", "W"] }, { ...ROLES, scopeValues: { R: ["a"], W: ["a", "b"] } }, "a", "b"],
  ["no value that grants none", { roles: ["a", "X"] }, { ...ROLES, scopeValues: { R: ["a"] } }],
  ["no value that every object has", { roles: ["constructor", "__proto__"] }, { ...ROLES, scopeValues: {} }],
  ["no claim that every object has", {}, { scopeClaim: ["constructor", "__proto__.a", "toString.name"] }],
  ["no name with a dot in place of an object", { "realm_access.roles": ["a"] }, { scopeClaim: "realm_access.roles" }],
  [
    "nothing in a number, an object or null",
    { scp: 7, roles: { a: 1 }, s: null },
    { scopeClaim: ["scp", "roles", "s", "scp.a", "s.a"] },
  ],
  ["no object as a value", { roles: [{ R: 1 }, 7, null] }, { ...ROLES, scopeValues: { R: ["a"] } }],
])("scopes come from %s", (_, claims, from, ...expected) => expect(carried(claims, from)).toEqual(expected));

testAll<[ScopeClaims, object]>([
  [{ scopeClaim: "scope" }, { scope: "a b" }],
  [{ scopeClaim: ["scp", "roles"] }, { scp: ["a", "b"] }],
  [{ scopeClaim: "realm_access.roles" }, { realm_access: { roles: ["a", "b"] } }],
  [{ scopeClaim: "roles", scopeValues: { A: ["a"], AB: ["a", "b"], C: ["c"] } }, { roles: ["A", "AB"] }],
])("a stand-in writes what the issuer would: %j", (from, claims) => {
  expect(claimsCarrying(["a", "b"], from)).toEqual(claims);
  expect(new Set(carriedScopes({ ...claims }, from))).toEqual(new Set(["a", "b"]));
});
