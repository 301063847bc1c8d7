import { difference } from "../../../../packages/terraform-access-review/terraform-json/difference";

test("equal values have no difference, whatever the order of their fields", () => {
  expect(difference({ a: [1, { b: null }], c: "x" }, { c: "x", a: [1, { b: null }] })).toBeUndefined();
});

test.each<[string, unknown, unknown, string]>([
  ["a value", { a: [{ b: 1 }] }, { a: [{ b: 2 }] }, " at a[0].b: got 1, expected 2"],
  ["a missing field", {}, { a: 1 }, " at a: got nothing, expected 1"],
  ["an additional field", { a: 1 }, {}, " at a: got 1, expected nothing"],
  ["an additional item", [1, 2], [1], " at [1]: got 2, expected nothing"],
  ["the order of a list", [1, 2], [2, 1], " at [0]: got 1, expected 2"],
  ["a list in place of fields", { a: [] }, { a: {} }, " at a: got [], expected {}"],
  ["the whole value", "x", null, ': got "x", expected null'],
  ["an inherited field", {}, { toString: 1 }, " at toString: got nothing, expected 1"],
])("the first difference is reported with its place: %s", (_, found, expected, text) => {
  expect(difference(found, expected)).toBe(text);
});

test("a value is shown up to its 120th character, quotes included", () => {
  const shown = (length: number) =>
    difference("x".repeat(length - 2), 0)?.slice(": got ".length, -", expected 0".length);
  expect(shown(120)).toBe(`"${"x".repeat(118)}"`);
  expect(shown(121)).toBe(`"${"x".repeat(119)}…`);
});
