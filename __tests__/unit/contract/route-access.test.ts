import {
  boundSegments,
  callersThatMeet,
  comparedClaims,
  isOwnSegment,
  ownSegments,
  type RouteAccess,
  withPathClaims,
} from "../../../contract/route-access";
import type { ScopeNeed } from "../../../contract/scope-need";
import { testAll } from "../../support/test-all";

const BOTH = { allOf: ["orders/audit", "orders/read"] };
const NEEDS: readonly ScopeNeed[] = ["orders/admin", BOTH];

test("a caller is given with all needs that it meets alone, and not at all if it meets none", () => {
  const callers = [
    { name: "admin", scopes: ["orders/read", "orders/admin"] },
    { name: "auditor", scopes: ["orders/audit"] },
    { name: "reader", scopes: ["orders/read"] },
    { name: "both", scopes: ["orders/audit", "orders/read", "orders/admin"] },
  ];
  const found = callersThatMeet({ scopes: NEEDS }, callers);
  expect(found.map(({ caller, met }) => [caller.name, met])).toEqual([
    ["admin", ["orders/admin"]],
    ["both", ["orders/admin", BOTH]],
  ]);
});

test("a route that compares its path takes only callers whose issuer states each of the claims", () => {
  const scopes = ["orders/read"];
  const callers = [
    { name: "none", scopes },
    { name: "one", scopes, pathClaims: ["tenant_id"] },
    { name: "all", scopes, pathClaims: ["org", "tenant_id"] },
    { name: "no scope", scopes: [], pathClaims: ["org", "tenant_id"] },
  ];
  const where = { tenant: { claim: "tenant_id" }, org: { claim: "org" } };
  expect(callersThatMeet({ scopes, where }, callers).map(({ caller }) => caller.name)).toEqual(["all"]);
});

test("a compared variable has its position in the path, and one that the path lacks has none", () => {
  const where = { tenant: { claim: "tenant_id" }, team: { claim: "teams", list: true }, path: { claim: "x" } } as const;
  expect(boundSegments("GET /t/{tenant}/x/{team}/{path+}", where)).toEqual([
    { claim: "tenant_id", segment: 2 },
    { claim: "teams", list: true, segment: 4 },
    { claim: "x", segment: -1 },
  ]);
});

testAll<[boolean, unknown, string | undefined, boolean]>([
  [false, "acme", "acme", true],
  [false, "acme", "Acme", false],
  [false, "Acme", "acme", false],
  [false, " acme", "acme", false],
  [false, "acme ", "acme", false],
  [false, "acme", "acme ", false],
  [false, "acme", "acme2", false],
  [false, "acme2", "acme", false],
  [true, ["Acme", " acme", "acme2"], "acme", false],
  [false, "", "", false],
  [false, undefined, undefined, false],
  [false, 7, "7", false],
  [false, ["acme"], "acme", false],
  [true, ["other", "acme"], "acme", true],
  [true, "acme", "acme", false],
  [true, "acmes", "acme", false],
  [true, [""], "", false],
  [true, [["acme"]], "acme", false],
])("list %s: the claim %j and the segment %j belong together: %s", (list, value, text, isOwn) => {
  expect(isOwnSegment({ claim: "x", ...(list && { list }) }, value, text)).toBe(isOwn);
});

test("a stand-in's token has every compared claim, and keeps those that it has", () => {
  const accesses: readonly RouteAccess[] = [
    "public",
    { scopes: [] },
    { scopes: [], where: { a: { claim: "sub" }, b: { claim: "org.id" }, c: { claim: "teams", list: true } } },
  ];
  const claims = withPathClaims({ sub: "ann", org: { name: "north" } }, comparedClaims(accesses));
  expect(claims).toEqual({ sub: "ann", org: { name: "north", id: "7" }, teams: ["7"] });
  const bound = boundSegments("GET /{a}/{b}/{c}", accesses[2] === "public" ? {} : accesses[2]?.where);
  expect([...ownSegments(bound, claims)]).toEqual([
    [1, "ann"],
    [2, "7"],
    [3, "7"],
  ]);
});
