import type { TestedEnvironment } from "../../../../cli/testing/environment";
import { expect as expectOf, requireEnd } from "../../../../cli/testing/index";
import { testAll } from "../../../support/test-all";

const SHOP: TestedEnvironment = {
  name: "prod",
  callers: ["anyone", "shop/bot", "shop/web"],
  access: {
    "GET /open": ["anyone"],
    "GET /orders": ["shop/bot", "shop/web"],
    "POST /orders": ["shop/web"],
    "PUT /x": [],
  },
  ownPaths: ["GET /orders"],
  ledger: "synthesized/prod/access.md",
  reason: (caller) => (caller === "anyone" ? "authorization-count" : "scope"),
};

/** The lines of a failed expectation, without the last one, which names the ledger; none if it holds. */
function failures(check: () => unknown): readonly string[] {
  try {
    check();
    return [];
  } catch (error) {
    const { name, message, stack } = error as Error;
    if (name !== "AccessError") throw error;
    expect(/^ +at .*$/m.exec(stack ?? "")?.[0]).toContain("expect.test.ts");
    const lines = message.split("\n");
    expect(lines.pop()).toMatch(/^ {4}(synthesized\/prod\/access\.md lists|end it with)/);
    return lines;
  }
}

testAll<[string, () => unknown, number]>([
  ["a caller with a grant", () => expectOf(SHOP).toLet("shop/web").call("GET /orders", "POST /orders"), 0],
  ["a caller of a public route", () => expectOf(SHOP).toLet("shop/bot").call("GET /open"), 0],
  ["a caller without a grant", () => expectOf(SHOP).toLet("shop/bot").call("GET /orders", "POST /orders"), 1],
  ["no token", () => expectOf(SHOP).toLet("anyone").call("GET /orders"), 1],
  ["only these routes", () => expectOf(SHOP).toLet("shop/bot").callOnly("GET /orders"), 0],
  ["fewer routes", () => expectOf(SHOP).toLet("shop/web").callOnly("GET /orders"), 1],
  ["other routes", () => expectOf(SHOP).toLet("shop/bot").callOnly("POST /orders"), 2],
  ["no routes", () => expectOf(SHOP).toLet("anyone").callOnly(), 1],
  ["a refusal", () => expectOf(SHOP).toRefuse("shop/bot").call("POST /orders"), 0],
  ["a refusal that is none", () => expectOf(SHOP).toRefuse("shop/bot").call("GET /orders", "POST /orders"), 1],
  ["a refusal on a public route", () => expectOf(SHOP).toRefuse("shop/bot").call("GET /open"), 1],
  ["a path of another caller", () => expectOf(SHOP).toRefuse("shop/bot").callAnother("GET /orders", "POST /orders"), 0],
  [
    "a path of another caller, compared nowhere",
    () => expectOf(SHOP).toRefuse("shop/web").callAnother("POST /orders"),
    1,
  ],
  ["the reason", () => expectOf(SHOP).toRefuse("shop/bot").call("POST /orders").because("scope"), 0],
  ["another reason", () => expectOf(SHOP).toRefuse("anyone").call("POST /orders").because("scope"), 1],
  ["the whole table", () => expectOf(SHOP).toAllow({ ...SHOP.access, "GET /orders": ["shop/web", "shop/bot"] }), 0],
  ["a table with one caller less", () => expectOf(SHOP).toAllow({ ...SHOP.access, "GET /orders": ["shop/web"] }), 1],
  ["a table without a route", () => expectOf(SHOP).toAllow({ "GET /open": ["anyone"], "PUT /x": [] }), 2],
])("%s", (_, check, count) => expect(failures(check)).toHaveLength(count));

testAll<[string, () => unknown]>([
  ["caller", () => expectOf(SHOP).toRefuse("shop/wob")],
  ["route", () => expectOf(SHOP).toRefuse("shop/web").call("POST /order")],
  ["route of a table", () => expectOf(SHOP).toAllow({ ...SHOP.access, "POST /order": [] })],
])("a misspelt %s fails with the nearest name, because expecting its refusal would pass", (_, check) => {
  expect(failures(check).join()).toMatch(/does not exist; did you mean "(shop\/web|POST \/orders)"\?/);
});

test("a chain without an end fails at the next expectation, and at the end of its test", () => {
  expectOf(SHOP).toLet("shop/bot");
  expect(failures(() => expectOf(SHOP)).join()).toContain('expect(prod).toLet("shop/bot") asserts nothing');
  expectOf(SHOP).toRefuse("shop/bot");
  expect(failures(requireEnd).join()).toContain('expect(prod).toRefuse("shop/bot") asserts nothing');
  expect(failures(requireEnd)).toEqual([]);
});
