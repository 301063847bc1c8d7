import type { Fact } from "../../../../packages/terraform-access-review/model/fact";
import { type AccessRow, calledRoute } from "../../../../packages/terraform-access-review/model/row";
import { usualDecisions } from "../../../../packages/terraform-access-review/render/usual-decisions";
import { conditionWords } from "../../../../packages/terraform-access-review/render/words";
import { rowOf } from "../../../support/ledger-words";
import { synthesizedState } from "../../../support/synthesized";
import { dev, edited, rowsOf, shared } from "../../../support/synthesized-states";

const CALLERS: Fact<"decision"> = {
  kind: "decision",
  by: "callers",
  seconds: 60,
  cacheKey: ["Authorization", "routeKey"],
};
const WIDE: Fact<"decision"> = { ...CALLERS, cacheKey: ["Authorization", "routeKey", "path"] };
const PUBLIC: Fact<"decision"> = { kind: "decision", by: "public", cacheKey: ["routeKey"] };
const WEB = { kind: "caller", name: "customers/web" } as const;
const ANYONE = { kind: "anyone" } as const;

function row(key: string, decision: Fact<"decision">, principal: AccessRow["principal"] = WEB): AccessRow {
  const networks = { kind: "networks", cidrs: ["10.0.0.0/8"] } as const;
  const conditions: readonly Fact[] = [{ kind: "need", scopes: ["orders/read"] }, decision, networks];
  return rowOf({ principal, action: { kind: "call", key }, conditions, decision });
}

const USUAL = [
  row("GET /orders", CALLERS),
  row("GET /orders/{id}", WIDE),
  row("GET /x", PUBLIC, ANYONE),
  row("GET /y", PUBLIC, ANYONE),
];

test("the decision that most routes have in common is one sentence per kind, and no row repeats it", () => {
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
  ["a public route is decided as one with scopes", row("GET /a", CALLERS, ANYONE)],
  ["a route without callers is decided as a public one", row("GET /a", PUBLIC, { kind: "no-caller" })],
])("if %s, the row states it", (_, other) => {
  expect(usualDecisions([...USUAL, other]).shorten(other)).toBe(conditionWords(other.conditions));
});

const OTHER_KEY = edited(dev, (all) => {
  all.aws_apigatewayv2_authorizer.scoped_path.identity_sources.splice(0, 1);
  all.aws_apigatewayv2_authorizer.public.authorizer_result_ttl_in_seconds = 10;
  all.aws_apigatewayv2_route.orders_get_orders.authorization_type = "NONE";
});

test.each([
  ["dev", dev],
  ["a REST API next to it", synthesizedState("staging")],
  ["different authorizers on some routes", OTHER_KEY],
  ["the shared-issuer handshake", shared],
])("%s: different conditions have different texts", (_, state) => {
  const rows = rowsOf(state)
    .map(({ row: each }) => each)
    .filter((each) => calledRoute(each) !== undefined);
  const { shorten } = usualDecisions(rows);
  const full = new Map<string, Set<string>>();
  for (const each of rows) {
    const key = [each.principal.kind === "anyone", calledRoute(each)?.includes("{"), shorten(each)].join();
    full.set(key, (full.get(key) ?? new Set()).add(conditionWords(each.conditions)));
  }
  expect([...full].filter(([, conditions]) => conditions.size > 1)).toEqual([]);
});

test("without a function that decides, there is no sentence, and conditions stay", () => {
  const { sentences, shorten } = usualDecisions([{ ...row("GET /a", CALLERS), decision: undefined } as AccessRow]);
  expect(sentences).toEqual([]);
  expect(shorten(rowOf())).toBe("-");
});
