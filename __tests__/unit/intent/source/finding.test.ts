import { findingAt, show } from "../../../../intent/source/finding";
import { mergePatch } from "../../../../intent/source/merge";
import { locate } from "../../../support/located-values";

const verdict = { got: "1", expected: "2", remedy: "write 2" };

test("a verdict becomes a finding at the place of its value", () => {
  const root = mergePatch(locate({ a: { b: 1 } }, "base"), locate({ a: { c: 1 } }, "overlay"));
  expect(findingAt(root, ["a", "b"], verdict)).toEqual({
    origin: { file: "base", line: 1, column: 1 },
    path: ["a", "b"],
    message: "got 1, expected 2",
    remedy: "write 2",
  });
});

test("a finding on a missing key has both places of its map", () => {
  const root = mergePatch(locate({ a: { b: 1 } }, "base"), locate({ a: { c: 1 } }, "overlay"));
  expect(findingAt(root, ["a", "d"], verdict)).toMatchObject({ origin: { file: "overlay" }, shared: { file: "base" } });
});

test.each([
  [undefined, "nothing"],
  [2000, "2000"],
  ["a", '"a"'],
  [[], "an empty list"],
  [["a"], "a list"],
  [{}, "a map"],
  ["x".repeat(200), `"${"x".repeat(99)}… (200 characters)`],
])("%j is shown as %s", (value, text) => {
  expect(show(value)).toBe(text);
});
