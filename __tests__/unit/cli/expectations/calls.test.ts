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

testAll<[string, Partial<Expectation>, readonly string[]]>([
  ["a public route", {}, []],
  ["a caller of a public route", { principals: ["shop/web"] }, []],
  ["a caller with a grant", { principals: ["shop/web"], targets: ["POST /orders"] }, []],
  [
    "a caller without one",
    { principals: ["shop/bot"], targets: ["POST /orders"] },
    ["shop/bot refused POST /orders scope"],
  ],
  ["a call without a token", { targets: ["GET /orders"] }, ["anyone refused GET /orders authorization-count"]],
  ["a caller that does not exist", { principals: ["shop/app"] }, ["shop/app refused GET /open scope"]],
  ["a route that does not exist", { targets: ["GET /gone"] }, ["anyone missing GET /gone"]],
  ["a group", { principals: ["shop/*"], targets: ["GET /orders"] }, []],
  [
    "every method of a path",
    { principals: ["shop/web"], targets: ["ANY /orders"] },
    ["shop/web refused DELETE /orders scope"],
  ],
])("may: %s", (_, parts, breaches) => expect(found(parts)).toEqual(breaches));

testAll<[string, Partial<Expectation>, readonly string[]]>([
  ["a caller without a grant", { principals: ["okta/ann"], targets: ["ANY /orders"] }, []],
  [
    "a caller with one",
    { principals: ["shop/*"], targets: ["GET /orders"] },
    ["shop/web allowed GET /orders", "shop/bot allowed GET /orders"],
  ],
  ["agents", { principals: ["agents"], targets: ["POST *", "DELETE *"] }, []],
  ["a caller of a public route", { principals: ["okta/ann"], targets: ["GET /open"] }, ["okta/ann allowed GET /open"]],
  ["a call without a token", { targets: ["GET /orders"] }, []],
  [
    "another reason",
    { targets: ["GET /orders"], because: "scope" },
    ["anyone refused GET /orders authorization-count"],
  ],
  ["the right reason", { targets: ["GET /orders"], because: "authorization-count" }, []],
  ["a route that does not exist here", { targets: ["GET /gone"] }, []],
  [
    "a caller that does not exist here",
    { principals: ["shop/app"], targets: ["GET /orders"], because: "client-revoked" },
    [],
  ],
  [
    "a principal that could be any caller",
    { principals: ["shop/web"], targets: ["GET /odd"] },
    ["tokens of a pool allowed GET /odd"],
  ],
])("may not: %s", (_, parts, breaches) => expect(found({ may: false, ...parts })).toEqual(breaches));

testAll<[string, Partial<Expectation>, readonly string[]]>([
  ["exactly these", { principals: ["shop/web", "shop/bot"], targets: ["GET /orders"] }, []],
  ["one more than these", { principals: ["shop/web"], targets: ["GET /orders"] }, ["shop/bot allowed GET /orders"]],
  [
    "one less than these",
    { principals: ["shop/*"], targets: ["POST /orders"] },
    ["shop/bot refused POST /orders scope"],
  ],
  ["anyone in place of these", { principals: ["shop/web"] }, ["anyone allowed GET /open"]],
])("only: %s", (_, parts, breaches) => expect(found({ only: true, ...parts })).toEqual(breaches));

describe("against the callers of a base branch", () => {
  const bot = { name: "shop/bot", issuer: "shop", isAgent: true };
  const web = { name: "shop/web", issuer: "shop", isAgent: false };
  const admitted = ["shop/bot", "shop/new", "okta/ann"];
  const brokenBy = (parts: Partial<Expectation>, callers: CallAccess["callers"], base: CallAccess["callers"]) =>
    brokenCalls(expected({ targets: ["GET /orders"], ...parts }), {
      ...ACCESS,
      callers,
      base,
      admitted: () => admitted.filter((name) => callers.some((caller) => caller.name === name)),
    }).map(({ principal, got, isNew }) => [principal, got, ...(isNew ? ["new"] : [])].join(" "));

  testAll<[string, Partial<Expectation>, CallAccess["callers"], CallAccess["callers"], readonly string[]]>([
    ["the same callers", { may: false, principals: ["shop/web"] }, [bot, web], [bot, web], []],
    [
      "an agent that is no agent any more",
      { may: false, principals: ["agents"] },
      [{ ...bot, isAgent: false }],
      [bot],
      ["shop/bot allowed"],
    ],
    [
      "a new name of the same issuer",
      { may: false, principals: ["shop/web"] },
      [{ ...web, name: "shop/new" }],
      [web],
      ["shop/new allowed new"],
    ],
    [
      "a new name in place of an agent",
      { may: false, principals: ["agents"] },
      [{ ...web, name: "shop/new" }],
      [bot],
      ["shop/new allowed new"],
    ],
    [
      "a new name of an issuer that the base does not know",
      { may: false, principals: ["shop/web"] },
      [{ ...web, name: "okta/ann", issuer: "okta" }],
      [web],
      ["okta/ann allowed new"],
    ],
    [
      "a new name of another issuer",
      { may: false, principals: ["shop/web"] },
      [{ ...web, name: "okta/ann", issuer: "okta" }],
      [web, { ...web, name: "okta/bob", issuer: "okta" }],
      [],
    ],
    ["a new agent", { only: true, principals: ["agents"] }, [bot], [{ ...bot, isAgent: false }], ["shop/bot allowed"]],
    ["anyone", { may: false }, [bot, { ...web, name: "shop/new" }], [bot], []],
  ])("%s", (_, parts, callers, base, expectedBreaches) =>
    expect(brokenBy(parts, callers, base)).toEqual(expectedBreaches),
  );
});
