import { rowChanges } from "../../../../packages/terraform-access-review/judge/rows";
import type { Fact } from "../../../../packages/terraform-access-review/model/fact";
import type { AccessRow, RowTerms } from "../../../../packages/terraform-access-review/model/row";
import { words } from "../../../../packages/terraform-access-review/render/words";
import { rowOf } from "../../../support/ledger-words";
import { testAll } from "../../../support/test-all";

const ANN = { kind: "caller", name: "ann" } as const;
const ANYONE = { kind: "anyone" } as const;
const named = (name: string) => ({ kind: "resource", type: "", name }) as const;

/** A row: by default, `ann` may call `GET /orders` of orders, under a condition that states its terms. */
const row = (own: Partial<AccessRow> = {}): AccessRow =>
  rowOf({ principal: ANN, resource: named("orders"), conditions: [stating(JSON.stringify(own.terms ?? ""))], ...own });
const under = (terms: RowTerms | undefined, own: Partial<AccessRow> = {}) => row({ ...own, ...(terms && { terms }) });
const openUnder = (terms: RowTerms | undefined, own: Partial<AccessRow> = {}) =>
  under(terms, { principal: ANYONE, ...own });

const stating = (text: string) => ({ kind: "expression", text }) as const;
/** A term that is compared as a whole. */
const [a, b] = [stating("a"), stating("b")];
const [NETWORK, BY_KEY] = [stating("network"), stating("by key")];
const [ANY_SCOPE, AT_GATEWAY] = [{ kind: "any-scope" }, { at: "gateway" }] as const;
const need = (...scopes: readonly string[]): Fact<"need"> => ({ kind: "need", scopes });
const [READ, BOTH] = [need("o/r"), need("o/r", "o/w")];
const inClaim = (claim: string, of: Fact<"need">): Fact<"need"> => ({ ...of, claim });
const SCP = inClaim("scp", READ);
const WITH_X = { kind: "caller-with", value: "x" } as const;
const pass = (issuer: string, of?: Fact<"need">): Fact => ({
  ...{ kind: "envoy-pass", key: "GET /orders", issuer, conditions: [] },
  ...(of && { need: of }),
});

const OPEN_PASS: Fact = { kind: "envoy-pass", key: "GET /orders" };
const elsewhere: Fact = { kind: "envoy-pass", key: "GET /other", issuer: "e" };
const decidedBy = (name: string, own: { readonly isJwt?: true } = {}): Fact => ({ kind: "decided-by", name, ...own });

const RUN_AS = { action: { kind: "run-as" } } as const;
const DENIED = { effect: "deny", action: { kind: "aws-actions", actions: ["iam:PassRole"], not: false } } as const;
const LIMITED = { effect: "limit", action: { kind: "usage-limit" } } as const;

/** `<effect> <principal before> > <principal after>`, with `+` where the principal may do the same by another row. */
const changes = (before: readonly AccessRow[], after: readonly AccessRow[], gone: readonly Fact<"resource">[] = []) =>
  rowChanges(before, after, () => gone).map(({ effect, elsewhere, ...change }) => {
    const [from, to] = [change.before, change.after].map((each) => (each === undefined ? "-" : words(each.principal)));
    return `${effect} ${from} > ${to}${elsewhere ? " +" : ""}`;
  });

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
  ["the terms before are unknown", undefined, { permits: [a] }, "broadened"],
  ["the terms after are unknown", { permits: [a] }, undefined, "broadened"],
  ["only the text differs", { permits: [a] }, { permits: [a] }, "broadened"],
  ["one alternative less", { permits: [a, b] }, { permits: [a] }, "narrowed"],
  ["no alternative left", { permits: [a] }, {}, "narrowed"],
  ["an additional alternative", { permits: [a] }, { permits: [a, b] }, "broadened"],
  ["another alternative", { permits: [a] }, { permits: [b] }, "broadened"],
  ["the first alternatives", {}, { permits: [a] }, "broadened"],
  ["an additional requirement", { requires: [a] }, { requires: [a, b] }, "narrowed"],
  ["one requirement less", { requires: [a, b] }, { requires: [a] }, "broadened"],
  ["no requirement left", { requires: [a] }, {}, "broadened"],
  ["a lower limit", { limits: { seconds: 9 } }, { limits: { seconds: 8 } }, "narrowed"],
  ["a higher limit", { limits: { seconds: 8 } }, { limits: { seconds: 9 } }, "broadened"],
  ["no limit any more", { limits: { seconds: 8 } }, {}, "broadened"],
  ["a first limit", {}, { limits: { seconds: 8 } }, "narrowed"],
  ["one limit lower, one higher", { limits: { a: 2, b: 2 } }, { limits: { a: 1, b: 3 } }, "broadened"],
  ["an additional scope in one alternative", { permits: [READ] }, { permits: [BOTH] }, "narrowed"],
  ["one scope less in one alternative", { permits: [BOTH] }, { permits: [READ] }, "broadened"],
  ["an additional scope of the same claim", { permits: [SCP] }, { permits: [inClaim("scp", BOTH)] }, "narrowed"],
  ["an additional scope of another claim", { permits: [SCP] }, { permits: [inClaim("scope", BOTH)] }, "broadened"],
  ["a scope where there was none", { permits: [ANY_SCOPE] }, { permits: [READ, BOTH] }, "narrowed"],
  ["no scope any more", { permits: [READ] }, { permits: [ANY_SCOPE] }, "broadened"],
  ["another term where there was no scope", { permits: [ANY_SCOPE] }, { permits: [a] }, "broadened"],
  [
    "an audience where there was none",
    { permits: [{ kind: "any-audience" }] },
    { permits: [{ kind: "audience", audience: named("a") }] },
    "narrowed",
  ],
  ["a scope in place of any audience", { permits: [{ kind: "any-audience" }] }, { permits: [READ] }, "broadened"],
  ["a condition where there was none", { permits: [{ kind: "any-caller" }] }, { permits: [WITH_X] }, "narrowed"],
  ["no condition any more", { permits: [WITH_X] }, { permits: [{ kind: "any-caller" }] }, "broadened"],
  [
    "a scope at the gateway where there was none",
    { permits: [{ ...ANY_SCOPE, ...AT_GATEWAY }] },
    { permits: [{ ...READ, ...AT_GATEWAY }] },
    "narrowed",
  ],
  [
    "a scope at the gateway in place of any scope",
    { permits: [ANY_SCOPE] },
    { permits: [{ ...READ, ...AT_GATEWAY }] },
    "broadened",
  ],
  ["a term with the name of a property", { permits: [stating("constructor")] }, { permits: [a] }, "broadened"],
  ["an additional scope in one part", { permits: [pass("e", READ)] }, { permits: [pass("e", BOTH)] }, "narrowed"],
  [
    "an additional scope, but the other part differs",
    { permits: [pass("e", READ)] },
    { permits: [pass("f", BOTH)] },
    "broadened",
  ],
  ["an issuer where anyone passed", { permits: [OPEN_PASS] }, { permits: [pass("e", READ)] }, "narrowed"],
  ["an issuer on a route that no caller passed", { permits: [OPEN_PASS] }, { permits: [elsewhere] }, "broadened"],
  ["anyone where an issuer was needed", { permits: [pass("e", READ)] }, { permits: [OPEN_PASS] }, "broadened"],
  ["no scope in one part any more", { permits: [pass("e", READ)] }, { permits: [pass("e")] }, "broadened"],
] as const)("a changed condition: %s", (_, before, after, effect) => {
  const [one, other] = [under(before, { conditions: [a] }), under(after, { conditions: [b] })];
  expect(changes([one], [other])).toEqual([`${effect} ann > ann`]);
});

testAll<[string, RowTerms, RowTerms]>([
  ["the same scopes", { permits: [READ] }, {}],
  ["a restriction of both", { permits: [READ], requires: [NETWORK] }, { requires: [NETWORK] }],
  ["an alternative of both that is not a scope", { permits: [BY_KEY] }, { permits: [BY_KEY] }],
  ["a limit that is no lower", { limits: { rate: 5 } }, { limits: { rate: 5 } }],
  [
    "another function, which decides on callers",
    { permits: [READ], requires: [decidedBy("callers"), NETWORK] },
    { requires: [decidedBy("public"), NETWORK] },
  ],
  ["a scope that the gateway checks, too", { permits: [READ, { ...READ, ...AT_GATEWAY }] }, {}],
])("a new row of anyone covers the lost row of a caller, and the reverse, with %s", (_, terms, openTerms) => {
  const [own, open] = [under(terms), openUnder(openTerms)];
  expect(changes([own], [open])).toEqual(["broadened ann > anyone", "broadened - > anyone"]);
  expect(changes([open], [own])).toEqual(["narrowed anyone > -", "narrowed anyone > ann"]);
});

testAll<[string, AccessRow, AccessRow]>([
  ["another restriction", under({ requires: [NETWORK] }), openUnder({ requires: [stating("agent")] })],
  ["an alternative that anyone lacks", under({ permits: [BY_KEY] }), openUnder({ permits: [] })],
  [
    "a JWT authorizer in place of the function",
    under({ requires: [decidedBy("jwt", { isJwt: true })] }),
    openUnder({ requires: [decidedBy("public")] }),
  ],
  ["no function any more", under({ permits: [READ] }), openUnder({ requires: [decidedBy("public")] })],
  ["a scope in another claim", under({ permits: [SCP] }), openUnder({})],
  ["no terms", row(), openUnder({})],
  ["no known terms of anyone", under({}), openUnder(undefined)],
  ["a limit only for anyone", under({ permits: [READ] }), openUnder({ limits: { rate: 5 } })],
  ["another route", under({}), openUnder({}, { action: { kind: "call", key: "GET /other" } })],
  ["no caller at all", under({}, { principal: { kind: "no-caller" } }), openUnder({})],
  ["no call", under({}, RUN_AS), openUnder({}, RUN_AS)],
])("anyone's row does not cover a row with %s", (_, own, open) => {
  expect(changes([own], [open])).toEqual(["broadened - > anyone", `narrowed ${words(own.principal)} > -`]);
});

testAll<[string, Partial<AccessRow>, string]>([
  ["a permission", RUN_AS, "broadened"],
  ["a call", {}, "broadened"],
  ["a denial", DENIED, "narrowed"],
  ["a usage limit", LIMITED, "narrowed"],
  ["a route that denies every caller", { principal: { kind: "no-caller" } }, "narrowed"],
] as const)("a new row: %s", (_, own, effect) => {
  expect(changes([], [row(own)])).toEqual([`${effect} - > ${words(own.principal ?? ANN)}`]);
});

const OF_STAGE = { ...LIMITED, resource: { kind: "stage", name: "s", api: named("api") } } as const;

testAll<[string, Partial<AccessRow>, readonly AccessRow[], readonly Fact<"resource">[], string]>([
  ["a permission", {}, [], [], "narrowed"],
  ["a denial", DENIED, [], [], "broadened"],
  ["a denial on a removed resource", DENIED, [], [named("orders")], "narrowed"],
  [
    "a denial on the contents of a removed resource",
    { ...DENIED, resource: { kind: "text", parts: [named("bucket"), "/*"] } },
    [],
    [named("bucket")],
    "narrowed",
  ],
  ["a denial of a removed principal", { ...DENIED, principal: named("ann") }, [], [named("ann")], "narrowed"],
  ["a denial, if another resource is removed", DENIED, [], [named("catalog")], "broadened"],
  ["an agent's denial", { ...DENIED, resource: { kind: "scoped-routes" } }, [], [], "narrowed"],
  ["the denial of an agent that calls", { ...DENIED, resource: { kind: "scoped-routes" } }, [row()], [], "broadened"],
  ["a usage limit of a principal that calls nothing", LIMITED, [], [], "narrowed"],
  ["a usage limit of a caller", OF_STAGE, [row()], [], "broadened"],
  ["a usage limit of a removed API", OF_STAGE, [row()], [named("api")], "narrowed"],
] as const)("a lost row: %s", (_, own, others, gone, effect) => {
  expect(changes([row(own), ...others], others, gone)).toEqual([`${effect} ann > -`]);
});

test("losing a list of revoked callers that stops the function is broader", () => {
  const stopped = row({ ...DENIED, principal: { kind: "every-caller" }, resource: { kind: "scoped-routes" } });
  expect(changes([stopped], [])).toEqual(["broadened every caller > -"]);
});

test("broader changes come first, and calls before everything else", () => {
  const [call, other] = [row({ principal: { kind: "caller", name: "zoe" } }), row(RUN_AS)];
  const lost = row({ principal: { kind: "caller", name: "amy" } });
  expect(changes([lost], [other, call])).toEqual(["broadened - > zoe", "broadened - > ann", "narrowed amy > -"]);
});

test("a service that anyone may invoke is as open to its named invokers, and closing it again narrows", () => {
  const invoker = row({ action: { kind: "invoke" }, terms: { permits: [a] } });
  const open = openUnder({ permits: [a] }, { action: { kind: "invoke" } });
  expect(changes([invoker], [open])).toEqual(["broadened ann > anyone", "broadened - > anyone"]);
  expect(changes([open], [invoker])).toEqual(["narrowed anyone > -", "narrowed anyone > ann"]);
});
