import { matches, overlap } from "../../../../../packages/terraform-access-review/access/iam/pattern";
import fc from "../../../../support/properties";

const few = (characters: readonly string[], maxLength: number) =>
  fc.array(fc.constantFrom(...characters), { maxLength }).map((each) => each.join(""));

test("wildcards match as the same regular expression does", () => {
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

test("two patterns overlap if and only if some text matches both", () => {
  const texts = [""];
  for (const text of texts) if (text.length < 8) texts.push(`${text}a`, `${text}b`);
  const pattern = few(["a", "b", "*", "?"], 4);
  fc.assert(
    fc.property(pattern, pattern, (one, other) => {
      expect(overlap(one, other)).toBe(texts.some((text) => matches(one, text) && matches(other, text)));
    }),
    { numRuns: 500 },
  );
});
