import { byRequests, type Side } from "../../../../packages/terraform-access-review/judge/requests";
import { rowChanges } from "../../../../packages/terraform-access-review/judge/rows";
import type { Fact } from "../../../../packages/terraform-access-review/model/fact";
import type { AccessRow } from "../../../../packages/terraform-access-review/model/row";
import { rowOf, wordsOf } from "../../../support/ledger-words";
import fc from "../../../support/properties";

/** Route keys with the scopes that open them. Without scopes, anyone may call. */
type Table = Readonly<Record<string, readonly string[]>>;

type Kind = "http" | "rest";

const CALLERS = { ann: ["s/a"], bob: ["s/b"], cat: ["s/a", "s/b"] } as const;

function rowsOf(table: Table): readonly AccessRow[] {
  return Object.entries(table).flatMap(([key, scopes]): readonly AccessRow[] => {
    if (scopes.length === 0)
      return [rowOf({ principal: { kind: "anyone" }, action: { kind: "call", key }, terms: {} })];
    return Object.entries(CALLERS).flatMap(([name, held]): readonly AccessRow[] => {
      const own = scopes.filter((scope) => (held as readonly string[]).includes(scope));
      const permits = own.map((scope): Fact => ({ kind: "need", scopes: [scope] }));
      const call = { principal: { kind: "caller", name }, action: { kind: "call", key } } as const;
      return permits.length === 0 ? [] : [rowOf({ ...call, conditions: permits, terms: { permits } })];
    });
  });
}

const sideOf = (table: Table, kind: Kind = "http"): Side => ({
  rows: rowsOf(table),
  keys: { http: [], rest: [], [kind]: Object.keys(table) },
});

/** Returns `broadened ann GET /orders/export` and the like for each row that changes. */
function changes(before: Side, after: Side): readonly string[] {
  return rowChanges(...byRequests(before, after), () => [])
    .map((change) => `${change.effect} ${wordsOf(change).principal} ${wordsOf(change).permission}`)
    .sort();
}

const WIDE: Table = { "GET /orders/{id}": ["s/a"] };
const BOTH: Table = { ...WIDE, "GET /orders/export": ["s/b"] };

test("after a route is removed, the next wider one takes its requests", () => {
  expect(changes(sideOf(BOTH), sideOf(WIDE))).toEqual([
    "broadened ann GET /orders/export",
    "broadened cat GET /orders/export",
    "narrowed bob GET /orders/export",
  ]);
});

test("a route whose variable has another name takes the same requests", () => {
  expect(changes(sideOf(WIDE), sideOf({ "GET /orders/{order}": ["s/a"] }))).toEqual([]);
});

test("each kind of API chooses differently: a REST API by the path alone, which may lack the method", () => {
  const wide: Table = { "ANY /a/{x}": ["s/a"], "POST /a/b": ["s/b"] };
  const closed: Table = { ...wide, "GET /a/b": ["s/b"] };
  const byKind = (kind: Kind) => changes(sideOf(closed, kind), sideOf(wide, kind));
  // HTTP: ANY /a/{x} now takes GET /a/b. REST: /a/b has only POST, and refuses it.
  expect(byKind("http")).toContain("broadened ann GET /a/b");
  expect(byKind("rest")).toEqual(["narrowed bob GET /a/b", "narrowed cat GET /a/b"]);
});

test("after a change from REST to HTTP, a wider route takes a method that its path lacks", () => {
  const table: Table = { "ANY /a/{x}": ["s/a"], "POST /a/b": ["s/b"] };
  expect(changes(sideOf(table, "rest"), sideOf(table, "http"))).toContain("broadened ann ANY /a/b");
});

/** A second, simple implementation: tries all routes for every caller, every method and every short path. */
function possible(table: Table, kind: Kind): ReadonlySet<string> {
  const found = new Set<string>();
  const parents = Object.keys(table).flatMap((key) => {
    const parts = key.split("/").slice(1);
    return parts.slice(1).map((_, index) => `NONE /${parts.slice(0, index + 1).join("/")}`);
  });
  for (const method of ["GET", "POST", "PUT"]) {
    for (const path of PATHS) {
      const byRank = [...Object.keys(table), ...(kind === "rest" ? parents : [])]
        .filter((key) => new RegExp(`^${pattern(key)}$`).test(path))
        .sort((a, b) => (rank(a) < rank(b) ? -1 : 1));
      // A REST API chooses the path before it checks the method.
      const chosen = kind === "rest" ? byRank.filter((key) => key.split(" ")[1] === byRank[0]?.split(" ")[1]) : byRank;
      const scopes = table[chosen.find((key) => key.startsWith(`${method} `) || key.startsWith("ANY ")) ?? ""];
      if (scopes === undefined) continue;
      for (const [who, held] of Object.entries(CALLERS)) {
        for (const scope of scopes.length === 0 ? ["s/a", "s/b"] : scopes) {
          if (scopes.length === 0 || (held as readonly string[]).includes(scope))
            found.add(`${who} ${method} ${path} ${scope}`);
        }
      }
      if (scopes.length === 0) found.add(`anyone ${method} ${path}`);
    }
  }
  return found;
}

const PARTS = ["a", "b", "z"];
const PATHS = [
  ...PARTS.map((one) => `/${one}`),
  ...PARTS.flatMap((one) => PARTS.map((two) => `/${one}/${two}`)),
  "/a/b/z",
  "/b/z/z",
];

const pattern = (key: string) => (key.split(" ")[1] ?? "").replace(/\{\w+\+\}/g, ".+").replace(/\{\w+\}/g, "[^/]+");

/** Literals before variables before greedy ones, then a specific method before ANY. */
const rank = (key: string) =>
  (key.split(" ")[1] ?? "")
    .split("/")
    .map((part) => (part.endsWith("+}") ? "2" : part.startsWith("{") ? "1" : "0"))
    .join("") + (key.startsWith("ANY") ? "9" : "8");

const KEYS = ["/a", "/{v}", "/a/b", "/a/{v}", "/{v}/b", "/{v}/{w}", "/a/{v+}", "/{v+}"].flatMap((path) =>
  ["GET", "POST", "ANY"].map((method) => `${method} ${path}`),
);
const table = fc.dictionary(fc.constantFrom(...KEYS), fc.constantFrom([], ["s/a"], ["s/b"], ["s/a", "s/b"]), {
  minKeys: 1,
  maxKeys: 5,
});

const kind = fc.constantFrom<Kind>("http", "rest");

test("a change is broader if and only if a caller can make a request that this caller could not make before", () => {
  fc.assert(
    fc.property(table, table, kind, kind, (before, after, from, to) => {
      const [could, can] = [possible(before, from), possible(after, to)];
      const isBroader = [...can].some((each) => !could.has(each));
      const found = changes(sideOf(before, from), sideOf(after, to)).some((line) => line.startsWith("broadened"));
      expect(found).toBe(isBroader);
    }),
    { numRuns: 500 },
  );
});
