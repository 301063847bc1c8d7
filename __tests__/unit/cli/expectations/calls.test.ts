import { brokenCalls, type CallAccess } from "../../../../cli/expectations/calls";
import type { Expectation } from "../../../../intent/model/expectation";
import { testAll } from "../../../support/test-all";

const CALLERS = [
  { name: "shop/web", issuer: "shop", isAgent: false },
  { name: "shop/bot", issuer: "shop", isAgent: true },
  { name: "okta/ann", issuer: "okta", isAgent: false },
];
const ADMITTED: Readonly<Record<string, readonly string[]>> = {
  "GET /open": ["anyone"],
  "GET /orders": ["shop/web", "shop/bot"],
  "POST /orders": ["shop/web"],
  "DELETE /orders": [],
  "GET /odd": ["tokens of a pool"],
};
const ACCESS: CallAccess = {
  callers: CALLERS,
  keys: { http: Object.keys(ADMITTED), rest: [] },
  admitted: ({ key }) => ADMITTED[key] ?? [],
  refusal: (caller) => (caller === "anyone" ? "authorization-count" : "scope"),
};

const expected = (parts: Partial<Expectation>): Expectation => ({
  principals: ["anyone"],
  only: false,
  may: true,
  action: "call",
  targets: ["GET /open"],
  place: { file: "config/expectations.yaml", line: 1, column: 1, path: "all[0]" },
  ...parts,
});
const found = (parts: Partial<Expectation>) =>
  brokenCalls(expected(parts), ACCESS).map(({ principal, target, got, reason }) =>
    [principal, got, target, ...(reason ? [reason] : [])].join(" "),
  );

const of = (who: string, target = "GET /open", because?: Expectation["because"]): Partial<Expectation> => ({
  principals: who.split(" "),
  targets: target.split(", "),
  ...(because && { because }),
});

testAll<[string, Partial<Expectation>, ...string[]]>([
  ["a public route", of("anyone")],
  ["a caller of a public route", of("shop/web")],
  ["a caller with a grant", of("shop/web", "POST /orders")],
  ["a caller without one", of("shop/bot", "POST /orders"), "shop/bot refused POST /orders scope"],
  ["a call without a token", of("anyone", "GET /orders"), "anyone refused GET /orders authorization-count"],
  ["a caller that does not exist", of("shop/app"), "shop/app refused GET /open scope"],
  ["a route that does not exist", of("anyone", "GET /gone"), "anyone missing GET /gone"],
  ["a group", of("shop/*", "GET /orders")],
  ["every method of a path", of("shop/web", "ANY /orders"), "shop/web refused DELETE /orders scope"],
])("may: %s", (_, parts, ...breaches) => expect(found(parts)).toEqual(breaches));

testAll<[string, Partial<Expectation>, ...string[]]>([
  ["a caller without a grant", of("okta/ann", "ANY /orders")],
  ["two with one", of("shop/*", "GET /orders"), "shop/web allowed GET /orders", "shop/bot allowed GET /orders"],
  ["agents", of("agents", "POST *, DELETE *")],
  ["a caller of a public route", of("okta/ann"), "okta/ann allowed GET /open"],
  ["a call without a token", of("anyone", "GET /orders")],
  ["another reason", of("anyone", "GET /orders", "scope"), "anyone refused GET /orders authorization-count"],
  ["the right reason", of("anyone", "GET /orders", "authorization-count")],
  ["a route that does not exist here", of("anyone", "GET /gone")],
  ["a caller that does not exist here", of("shop/app", "GET /orders", "client-revoked")],
  ["one that could be any caller", of("shop/web", "GET /odd"), "tokens of a pool allowed GET /odd"],
])("may not: %s", (_, parts, ...breaches) => expect(found({ may: false, ...parts })).toEqual(breaches));

testAll<[string, Partial<Expectation>, ...string[]]>([
  ["exactly these", of("shop/web shop/bot", "GET /orders")],
  ["one more than these", of("shop/web", "GET /orders"), "shop/bot allowed GET /orders"],
  ["one less than these", of("shop/*", "POST /orders"), "shop/bot refused POST /orders scope"],
  ["anyone in place of these", of("shop/web"), "anyone allowed GET /open"],
])("only: %s", (_, parts, ...breaches) => expect(found({ only: true, ...parts })).toEqual(breaches));

describe("against the callers of a base branch", () => {
  const bot = { name: "shop/bot", issuer: "shop", isAgent: true };
  const web = { name: "shop/web", issuer: "shop", isAgent: false };
  const admitted = ["shop/bot", "shop/new", "okta/ann"];
  const brokenBy = (parts: Partial<Expectation>, callers: Callers, base: Callers, changed: ReadonlySet<string>) =>
    brokenCalls(expected({ targets: ["GET /orders"], ...parts }), {
      ...ACCESS,
      callers,
      base,
      changed,
      admitted: () => admitted.filter((name) => callers.some((caller) => caller.name === name)),
    }).map(({ principal, got, isNew }) => [principal, got, ...(isNew ? ["new"] : [])].join(" "));

  type Callers = CallAccess["callers"];
  const not = (who: string) => ({ may: false, principals: [who] });
  const fresh = { ...web, name: "shop/new" };
  const ann = { ...web, name: "okta/ann", issuer: "okta" };
  const person = { ...bot, isAgent: false };

  testAll<[string, Partial<Expectation>, Callers, Callers, ...string[]]>([
    ["the same callers", not("shop/web"), [bot, web], [bot, web]],
    ["an agent that is no agent any more", not("agents"), [person], [bot], "shop/bot allowed"],
    ["a new name of the same issuer", not("shop/web"), [fresh], [web], "shop/new allowed new"],
    ["a new name in place of an agent", not("agents"), [fresh], [bot], "shop/new allowed new"],
    ["a new name of an issuer that the base lacks", not("shop/web"), [ann], [web], "okta/ann allowed new"],
    ["a new name of another issuer", not("shop/web"), [ann], [web, { ...ann, name: "okta/bob" }]],
    ["a new agent", { only: true, principals: ["agents"] }, [bot], [person], "shop/bot allowed"],
    ["anyone", { may: false }, [bot, fresh], [bot]],
  ])("%s", (_, parts, callers, base, ...breaches) =>
    expect(brokenBy(parts, callers, base, new Set())).toEqual(breaches),
  );

  testAll<[string, Partial<Expectation>, Callers, string, ...string[]]>([
    [
      "only: a caller that is another one",
      { only: true, principals: ["shop/bot"] },
      [bot],
      "shop/bot",
      "shop/bot allowed",
    ],
    ["may not: another caller under a known name", not("shop/web"), [web, bot], "shop/bot", "shop/bot allowed new"],
    ["may not: under a name of another issuer", not("shop/web"), [web, ann], "shop/web"],
    ["may not: an agent that is another one, and no agent", not("agents"), [bot], "shop/bot", "shop/bot allowed"],
  ])("%s", (_, parts, base, changed, ...breaches) => {
    const callers = base.map((caller) => ({ ...caller, isAgent: false }));
    expect(brokenBy(parts, callers, base, new Set([changed]))).toEqual(breaches);
  });
});
