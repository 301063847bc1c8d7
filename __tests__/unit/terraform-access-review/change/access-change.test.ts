import { rowChanges } from "../../../../packages/terraform-access-review/change/access-change";
import type { AccessRow, RowTerms } from "../../../../packages/terraform-access-review/model/row";
import { testAll } from "../../../support/test-all";

const GET = "GET /orders";

/** A row: by default, `ann` may call `GET /orders` of orders. */
const row = (own: Partial<AccessRow> = {}): AccessRow => ({
  principal: "ann",
  permission: GET,
  resource: "orders",
  condition: JSON.stringify(own.terms ?? ""),
  ...own,
});
const under = (terms: RowTerms | undefined, own: Partial<AccessRow> = {}) => row({ ...own, ...(terms && { terms }) });

/** `<effect> <principal before> > <principal after>`, with `+` where the principal may do the same by another row. */
const changes = (before: readonly AccessRow[], after: readonly AccessRow[], gone: readonly string[] = []) =>
  rowChanges(before, after, () => new Set(gone)).map(
    (change) =>
      `${change.effect} ${change.before?.principal ?? "-"} > ${change.after?.principal ?? "-"}${change.elsewhere ? " +" : ""}`,
  );

test("rows that both sides have equally often are not a change", () => {
  expect(changes([row(), row()], [row(), row()])).toEqual([]);
});

test("each additional copy of a row on one side is a separate change", () => {
  const rows = (count: number) => Array.from({ length: count }, () => row());
  expect(changes(rows(1), rows(3))).toEqual(["broadened - > ann +", "broadened - > ann +"]);
  expect(changes(rows(3), rows(1))).toEqual(["narrowed ann > - +", "narrowed ann > - +"]);
});

testAll<[string, RowTerms | undefined, RowTerms | undefined, string]>([
  ["no terms are known", undefined, undefined, "broadened"],
  ["the terms before are unknown", undefined, { permits: ["a"] }, "broadened"],
  ["the terms after are unknown", { permits: ["a"] }, undefined, "broadened"],
  ["only the text differs", { permits: ["a"] }, { permits: ["a"] }, "broadened"],
  ["one alternative less", { permits: ["a", "b"] }, { permits: ["a"] }, "narrowed"],
  ["no alternative left", { permits: ["a"] }, {}, "narrowed"],
  ["an additional alternative", { permits: ["a"] }, { permits: ["a", "b"] }, "broadened"],
  ["another alternative", { permits: ["a"] }, { permits: ["b"] }, "broadened"],
  ["the first alternatives", {}, { permits: ["a"] }, "broadened"],
  ["an additional requirement", { requires: ["a"] }, { requires: ["a", "b"] }, "narrowed"],
  ["one requirement less", { requires: ["a", "b"] }, { requires: ["a"] }, "broadened"],
  ["no requirement left", { requires: ["a"] }, {}, "broadened"],
  ["a lower limit", { limits: { seconds: 9 } }, { limits: { seconds: 8 } }, "narrowed"],
  ["a higher limit", { limits: { seconds: 8 } }, { limits: { seconds: 9 } }, "broadened"],
  ["no limit any more", { limits: { seconds: 8 } }, {}, "broadened"],
  ["a first limit", {}, { limits: { seconds: 8 } }, "narrowed"],
  ["one limit lower, one higher", { limits: { a: 2, b: 2 } }, { limits: { a: 1, b: 3 } }, "broadened"],
  ["an additional scope in one alternative", { permits: ["o/r"] }, { permits: ["o/r and o/w"] }, "narrowed"],
  ["one scope less in one alternative", { permits: ["o/r and o/w"] }, { permits: ["o/r"] }, "broadened"],
  ["an additional scope of the same claim", { permits: ["scp o/r"] }, { permits: ["scp o/r and o/w"] }, "narrowed"],
  ["an additional scope of another claim", { permits: ["scp o/r"] }, { permits: ["scope o/r and o/w"] }, "broadened"],
  ["a scope where there was none", { permits: ["any scope"] }, { permits: ["o/r", "o/w and o/r"] }, "narrowed"],
  ["no scope any more", { permits: ["o/r"] }, { permits: ["any scope"] }, "broadened"],
  ["another term where there was no scope", { permits: ["any scope"] }, { permits: ["GET"] }, "broadened"],
  ["an audience where there was none", { permits: ["any audience"] }, { permits: ["audience a"] }, "narrowed"],
  ["a scope in place of any audience", { permits: ["any audience"] }, { permits: ["o/r"] }, "broadened"],
  ["a condition where there was none", { permits: ["any caller"] }, { permits: ["caller with x"] }, "narrowed"],
  ["no condition any more", { permits: ["caller with x"] }, { permits: ["any caller"] }, "broadened"],
  [
    "a scope at the gateway where there was none",
    { permits: ["any scope at the gateway"] },
    { permits: ["o/r at the gateway"] },
    "narrowed",
  ],
  ["a term with the name of a property", { permits: ["constructor"] }, { permits: ["a"] }, "broadened"],
  ["an additional scope in one part", { permits: ["by e, o/r"] }, { permits: ["by e, o/r and o/w"] }, "narrowed"],
  [
    "an additional scope, but the other part differs",
    { permits: ["by e, o/r"] },
    { permits: ["by f, o/r and o/w"] },
    "broadened",
  ],
  ["an additional part", { permits: ["o/r"] }, { permits: ["o/r, o/w"] }, "broadened"],
] as const)("a changed condition: %s", (_, before, after, effect) => {
  const [one, other] = [under(before, { condition: "x" }), under(after, { condition: "y" })];
  expect(changes([one], [other])).toEqual([`${effect} ann > ann`]);
});

testAll<[string, AccessRow, AccessRow, string]>([
  ["the same scopes", row({ terms: { permits: ["o/r"] } }), row({ principal: "anyone", terms: {} }), "broadened"],
  [
    "a restriction of both",
    row({ terms: { permits: ["o/r"], requires: ["network"] } }),
    row({ principal: "anyone", terms: { requires: ["network"] } }),
    "broadened",
  ],
  [
    "an alternative of both that is not a scope",
    row({ terms: { permits: ["by key"] } }),
    row({ principal: "anyone", terms: { permits: ["by key"] } }),
    "broadened",
  ],
  [
    "a limit that is no lower",
    row({ terms: { limits: { rate: 5 } } }),
    row({ principal: "anyone", terms: { limits: { rate: 5 } } }),
    "broadened",
  ],
] as const)("a new row of anyone covers the lost row of a caller, and the reverse, with %s", (_, own, open, effect) => {
  expect(changes([own], [open])).toEqual([`${effect} ann > anyone`, `${effect} - > anyone`]);
  expect(changes([open], [own])).toEqual(["narrowed anyone > ann", "narrowed anyone > -"]);
});

testAll<[string, AccessRow, AccessRow]>([
  [
    "another restriction",
    row({ terms: { requires: ["network"] } }),
    row({ principal: "anyone", terms: { requires: ["agent"] } }),
  ],
  [
    "an alternative that anyone lacks",
    row({ terms: { permits: ["by key"] } }),
    row({ principal: "anyone", terms: { permits: [] } }),
  ],
  ["no terms", row(), row({ principal: "anyone", terms: {} })],
  ["no known terms of anyone", row({ terms: {} }), row({ principal: "anyone" })],
  [
    "a limit only for anyone",
    row({ terms: { permits: ["o/r"] } }),
    row({ principal: "anyone", terms: { limits: { rate: 5 } } }),
  ],
  ["another route", row({ terms: {} }), row({ principal: "anyone", permission: "GET /other", terms: {} })],
  ["no caller at all", row({ principal: "no caller", terms: {} }), row({ principal: "anyone", terms: {} })],
  ["no call", row({ permission: "run as", terms: {} }), row({ principal: "anyone", permission: "run as", terms: {} })],
] as const)("anyone's row does not cover a row with %s", (_, own, open) => {
  expect(changes([own], [open])).toEqual(["broadened - > anyone", `narrowed ${own.principal} > -`]);
});

testAll<[string, Partial<AccessRow>, string]>([
  ["a permission", { permission: "run as" }, "broadened"],
  ["a call", {}, "broadened"],
  ["a denial", { permission: "DENY iam:PassRole" }, "narrowed"],
  ["a usage limit", { permission: "usage limit" }, "narrowed"],
  ["a route that denies every caller", { principal: "no caller" }, "narrowed"],
] as const)("a new row: %s", (_, own, effect) => {
  expect(changes([], [row(own)])).toEqual([`${effect} - > ${own.principal ?? "ann"}`]);
});

testAll<[string, Partial<AccessRow>, readonly AccessRow[], readonly string[], string]>([
  ["a permission", {}, [], [], "narrowed"],
  ["a denial", { permission: "DENY x" }, [], [], "broadened"],
  ["a denial on a removed resource", { permission: "DENY x" }, [], ["orders"], "narrowed"],
  [
    "a denial on the contents of a removed resource",
    { permission: "DENY x", resource: "bucket/*" },
    [],
    ["bucket"],
    "narrowed",
  ],
  ["a denial of a removed principal", { permission: "DENY x" }, [], ["ann"], "narrowed"],
  ["a denial, if another resource is removed", { permission: "DENY x" }, [], ["catalog"], "broadened"],
  ["an agent's denial", { permission: "DENY x", resource: "every scoped route" }, [], [], "narrowed"],
  [
    "the denial of an agent that calls",
    { permission: "DENY x", resource: "every scoped route" },
    [row()],
    [],
    "broadened",
  ],
  ["a usage limit of a principal that calls nothing", { permission: "usage limit" }, [], [], "narrowed"],
  ["a usage limit of a caller", { permission: "usage limit", resource: "stage s of api" }, [row()], [], "broadened"],
  [
    "a usage limit of a removed API",
    { permission: "usage limit", resource: "stage s of api" },
    [row()],
    ["api"],
    "narrowed",
  ],
] as const)("a lost row: %s", (_, own, others, gone, effect) => {
  expect(changes([row(own), ...others], others, gone)).toEqual([`${effect} ann > -`]);
});

test("broader changes come first, and calls before everything else", () => {
  const [call, other] = [row({ principal: "zoe" }), row({ permission: "run as" })];
  const lost = row({ principal: "amy" });
  expect(changes([lost], [other, call])).toEqual(["broadened - > zoe", "broadened - > ann", "narrowed amy > -"]);
});

test("a service that anyone may invoke is as open to its named invokers, and closing it again narrows", () => {
  const invoker = row({ permission: "invoke it", terms: { permits: ["https://a"] } });
  const open = row({ principal: "anyone", permission: "invoke it", terms: { permits: ["https://a"] } });
  expect(changes([invoker], [open])).toEqual(["broadened ann > anyone", "broadened - > anyone"]);
  expect(changes([open], [invoker])).toEqual(["narrowed anyone > ann", "narrowed anyone > -"]);
});
