import { matches } from "../../../../../packages/terraform-access-review/access/iam/pattern";
import fc from "../../../../support/properties";

test("wildcards match as the same regular expression does", () => {
  const few = (characters: readonly string[], maxLength: number) =>
    fc.array(fc.constantFrom(...characters), { maxLength }).map((each) => each.join(""));
  fc.assert(
    fc.property(few(["a", "b", "*", "?"], 7), few(["a", "b", "*"], 8), (pattern, text) => {
      const expression = pattern.replaceAll("*", "[^]*").replaceAll("?", "[^]");
      expect(matches(pattern, text)).toBe(new RegExp(`^${expression}$`).test(text));
    }),
    { numRuns: 2000 },
  );
});

test("a pattern with many wildcards takes no longer than its length allows", () => {
  expect(matches(`${"*a".repeat(40)}*b`, "a".repeat(2000))).toBe(false);
});
