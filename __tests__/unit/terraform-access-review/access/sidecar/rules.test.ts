import { NotUnderstood } from "../../../../../packages/terraform-access-review/access/sidecar/fields";
import {
  both,
  idlePolicies,
  type Principal,
  principalsFor,
  rulesOf,
} from "../../../../../packages/terraform-access-review/access/sidecar/rules";
import { testAll } from "../../../../support/test-all";

type Json = Record<string, unknown>;

const ANY = { any: true };
const exact = (value: string) => ({ string_match: { exact: value } });
const matcher = (filter: string, keys: readonly string[], value: unknown) => ({
  metadata_matcher: { filter, path: keys.map((key) => ({ key })), value },
});
const claim = (name: string, value: unknown) => ({
  sourced_metadata: matcher("envoy.filters.http.jwt_authn", ["claims", name], value),
});
const anyOf = (...values: readonly string[]) => ({ or_match: { value_matchers: values.map(exact) } });
const holding = (value: string) => ({ list_match: { one_of: exact(value) } });
const ofRoute = (scope: string) => ({
  sourced_metadata: { ...matcher("scopes", ["scope"], exact(scope)), metadata_source: "ROUTE" },
});

const filterOf = (policy: Json, rules: Json = {}) => ({
  name: "rbac",
  typed_config: { "@type": "RBAC", rules: { policies: { p: policy }, ...rules }, rules_stat_prefix: "x" },
});
const principalsOf = (...principals: readonly unknown[]) =>
  rulesOf(filterOf({ permissions: [ANY], principals }), "here")[0]?.principals;

const NONE: Principal = { claims: {}, lists: {}, conditions: [] };

testAll<[string, unknown, readonly Principal[]]>([
  ["any caller", ANY, [NONE]],
  ["no caller", { not_id: ANY }, []],
  ["one claim", claim("sub", exact("a")), [{ ...NONE, claims: { sub: ["a"] } }]],
  ["one of two values", claim("sub", anyOf("a", "b")), [{ ...NONE, claims: { sub: ["a", "b"] } }]],
  ["an item of a list", claim("scp", holding("r")), [{ ...NONE, lists: { scp: [["r"]] } }]],
  [
    "all of several items",
    { and_ids: { ids: [claim("iss", exact("i")), claim("sub", anyOf("a", "b")), claim("sub", anyOf("b", "c"))] } },
    [{ ...NONE, claims: { iss: ["i"], sub: ["b"] } }],
  ],
  ["values that exclude each other", { and_ids: { ids: [claim("sub", exact("a")), claim("sub", exact("b"))] } }, []],
])("a principal is read as its requirements for a token: %s", (_, principal, expected) => {
  expect(principalsOf(principal)).toEqual(expected);
});

test("a part with an unknown form is a separate condition, also next to a list of conditions", () => {
  for (const other of [{ header: { name: "x" } }, { and_ids: { ids: [ANY] }, header: { name: "x" } }]) {
    expect(principalsOf(other)).toEqual([{ ...NONE, conditions: [expect.stringContaining("header")] }]);
  }
});

test("a token must meet both: a claim of either, the common values of a claim of both, and a group of each list", () => {
  const one = { claims: { iss: ["i"], sub: ["a", "b"] }, lists: { scp: [["r"]] }, conditions: ["y"] };
  const other = { claims: { sub: ["b", "c"], aud: ["d"] }, lists: { scp: [["w"]] }, conditions: ["x", "y"] };
  const claims = { iss: ["i"], sub: ["b"], aud: ["d"] };
  expect(both(one, other)).toEqual([{ claims, lists: { scp: [["r"], ["w"]] }, conditions: ["x", "y"] }]);
  expect(both(one, { ...other, claims: { sub: ["c"] } })).toEqual([]);
});

test("a policy applies to the routes whose metadata its permission names", () => {
  const rules = rulesOf(filterOf({ permissions: [ofRoute("read")], principals: [ANY] }), "here");
  const [own, others] = ["read", "write"].map((scope) => ({ scopes: { scope } }));
  expect([own, others, {}, undefined].map((metadata) => principalsFor(rules, metadata).length)).toEqual([1, 0, 0, 0]);
  expect(idlePolicies(rules, [{ metadata: own }])).toEqual([]);
  expect(idlePolicies(rules, [{ metadata: others }])).toEqual([expect.stringMatching(/^p [0-9a-f]{12}$/)]);
});

testAll<[string, () => unknown]>([
  ["another action", () => rulesOf(filterOf({}, { action: "DENY" }), "here")],
  ["another setting", () => rulesOf(filterOf({}, { audit: {} }), "here")],
  ["principals that are not a list", () => rulesOf(filterOf({ permissions: [], principals: ANY }), "here")],
  [
    "a permission by a request's metadata",
    () => applied({ sourced_metadata: ofRoute("r").sourced_metadata.metadata_matcher }),
  ],
  [
    "metadata of another source",
    () => applied({ sourced_metadata: { ...ofRoute("r").sourced_metadata, metadata_source: "DYNAMIC" } }),
  ],
  ["a permission with two meanings", () => applied({ ...ofRoute("r"), any: false })],
])("%s is not understood, instead of being partly read", (_, read) => {
  expect(read).toThrow(NotUnderstood);
});

function applied(permission: unknown) {
  return principalsFor(rulesOf(filterOf({ permissions: [permission], principals: [ANY] }), "here"), {});
}
