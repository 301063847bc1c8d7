import {
  isAnyMet,
  isMet,
  isNoStricter,
  needsInOrder,
  needsInText,
  needsInWords,
  needsOfText,
  type ScopeNeed,
  scopesNamed,
} from "../../../contract/scope-need";

const BOTH = { allOf: ["orders/read", "orders/audit"] };
const NEEDS: readonly ScopeNeed[] = ["orders/admin", BOTH];

test("allOf is met only by all of its scopes", () => {
  expect(isMet(BOTH, ["orders/audit", "orders/other", "orders/read"])).toBe(true);
  expect(isMet(BOTH, ["orders/read"])).toBe(false);
  expect(isMet(BOTH, ["orders/audit", "orders/admin"])).toBe(false);
  expect(isMet(BOTH, [])).toBe(false);
});

test("an allOf without scopes is met by no caller", () => {
  expect(isMet({ allOf: [] }, ["orders/read"])).toBe(false);
  expect(isMet({ allOf: [] }, [])).toBe(false);
});

test("one of several needs is enough, and an empty list is never met", () => {
  expect(isAnyMet(NEEDS, ["orders/admin"])).toBe(true);
  expect(isAnyMet(NEEDS, ["orders/read", "orders/audit"])).toBe(true);
  expect(isAnyMet(NEEDS, ["orders/read"])).toBe(false);
  expect(isAnyMet([], ["orders/read"])).toBe(false);
});

test("a need is no stricter than one that requires more scopes", () => {
  expect(isNoStricter("orders/read", BOTH)).toBe(true);
  expect(isNoStricter(BOTH, "orders/read")).toBe(false);
  expect(isNoStricter("orders/admin", BOTH)).toBe(false);
});

test("needs in one order are equal if their sets are equal", () => {
  const shuffled = [{ allOf: ["orders/read", "orders/audit"] }, "orders/admin", { allOf: ["orders/b"] }];
  const sorted = ["orders/admin", { allOf: ["orders/audit", "orders/read"] }, "orders/b"];
  expect(needsInOrder(shuffled)).toEqual(sorted);
  expect(needsInOrder([...shuffled].reverse())).toEqual(sorted);
  expect(shuffled[0]).toEqual({ allOf: ["orders/read", "orders/audit"] });
});

test("words and text distinguish allOf from alternatives, and the text can be parsed", () => {
  expect(needsInWords(NEEDS)).toBe("orders/admin or (orders/read and orders/audit)");
  expect(needsInWords([BOTH])).toBe("orders/read and orders/audit");
  const text = needsInText(NEEDS);
  expect(text).toBe("orders/admin orders/audit&orders/read");
  expect(needsOfText(text)).toEqual(["orders/admin", { allOf: ["orders/audit", "orders/read"] }]);
  expect(needsOfText(text)).toEqual(needsInOrder(NEEDS));
  expect(scopesNamed(NEEDS)).toEqual(["orders/admin", "orders/audit", "orders/read"]);
});
