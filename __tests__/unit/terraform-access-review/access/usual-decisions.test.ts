import { type AccessRow, NO_CALLER, type RouteDecision } from "../../../../packages/terraform-access-review/access/row";
import { decisionInWords, usualDecisions } from "../../../../packages/terraform-access-review/access/usual-decisions";

const CALLERS: RouteDecision = { by: "callers", seconds: 60, cacheKey: ["Authorization", "routeKey"] };
const WIDE: RouteDecision = { ...CALLERS, cacheKey: ["Authorization", "routeKey", "path"] };
const PUBLIC: RouteDecision = { by: "public", cacheKey: ["routeKey"] };

function row(permission: string, decision: RouteDecision, principal = "customers/web"): AccessRow {
  const condition = `orders/read; ${decisionInWords(decision)}; only from 10.0.0.0/8`;
  return { principal, permission, resource: "service orders", condition, decision };
}

const USUAL = [
  row("GET /orders", CALLERS),
  row("GET /orders/{id}", WIDE),
  row("GET /x", PUBLIC, "anyone"),
  row("GET /y", PUBLIC, "anyone"),
];

test("what most routes have in common is one sentence a kind, and no row repeats it", () => {
  const { sentences, shorten } = usualDecisions(USUAL);
  expect(sentences).toEqual([
    "Public routes: public decides. Results are cached for its default TTL per routeKey, and per path on routes with a variable.",
    "Routes with scopes: callers decides. Results are cached for 60 s per Authorization + routeKey, and per path on routes with a variable.",
  ]);
  expect(USUAL.map(shorten)).toEqual(Array(4).fill("orders/read; only from 10.0.0.0/8"));
});

test.each<[string, AccessRow]>([
  ["another function decides", row("GET /a", { ...CALLERS, by: "public" })],
  ["results are cached longer", row("GET /a", { ...CALLERS, seconds: 300 })],
  ["the cache key lacks a part", row("GET /a", { ...CALLERS, cacheKey: ["routeKey"] })],
  ["the cache key of many paths lacks the path", row("GET /a/{id}", CALLERS)],
  ["the cache key of one path has the path", row("GET /a", WIDE)],
  ["a public route is decided as one with scopes", row("GET /a", CALLERS, "anyone")],
  ["a route without callers is decided as a public one", row("GET /a", PUBLIC, NO_CALLER)],
])("where %s, the row says so", (_, other) => {
  expect(usualDecisions([...USUAL, other]).shorten(other)).toBe(other.condition);
});

test("without a function that decides nothing is said, and conditions stay", () => {
  const { sentences, shorten } = usualDecisions([{ ...row("GET /a", CALLERS), decision: undefined } as AccessRow]);
  expect(sentences).toEqual([]);
  expect(shorten({ principal: "a", permission: "b", resource: "c", condition: "-" })).toBe("-");
});
