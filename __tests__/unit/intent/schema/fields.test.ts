import {
  count,
  entries,
  explain,
  explained,
  flag,
  id,
  integer,
  keys,
  list,
  text,
  word,
} from "../../../../intent/schema/fields";

type Result = { success: boolean; error?: { issues: readonly { message: string; path: readonly PropertyKey[] }[] } };
const messages = (result: Result) => result.error?.issues.map(({ message }) => message) ?? [];

test("an explanation keeps the expected value and the remedy through Zod", () => {
  expect(explained(explain("a number", "write one"))).toEqual({ expected: "a number", remedy: "write one" });
});

test("text must match its pattern, and its example is the remedy", () => {
  const field = text(/^a$/, { description: "d", expected: "an a", example: "a" });
  expect(field.safeParse("a").success).toBe(true);
  expect(messages(field.safeParse("b"))).toEqual(['an a\nwrite it as in "a"']);
  expect(field.meta()).toEqual({ description: "d", examples: ["a"], limit: "an a" });
});

test("an unknown word gets the nearest one, or all of them", () => {
  const field = word(["http"], { description: "d", expected: "http" });
  expect(field.safeParse("http").success).toBe(true);
  expect(messages(field.safeParse("htp"))).toEqual(['http\ncorrect it; did you mean "http"?']);
  expect(messages(field.safeParse("toString"))).toEqual(["http\ncorrect it; known: http"]);
});

test("a whole number must be within both bounds, which the error names", () => {
  const field = integer(1, 3, { description: "d", limit: "its limit" });
  expect([1, 3].map((value) => field.safeParse(value).success)).toEqual([true, true]);
  expect(messages(field.safeParse(0))).toEqual(["at least 1 (its limit)\nwrite a number from 1 to 3"]);
  expect(messages(field.safeParse(4))).toEqual(["at most 3 (its limit)\nwrite a number from 1 to 3"]);
  expect(messages(field.safeParse(1.5))).toEqual([
    "a whole number from 1 to 3 (its limit)\nwrite a number from 1 to 3",
  ]);
});

test("a count has no upper bound", () => {
  const field = count(1, { description: "d" });
  expect(field.safeParse(1_000_000).success).toBe(true);
  expect(messages(field.safeParse(0))).toEqual(["at least 1\nwrite a number from 1"]);
});

test("a flag is exactly true or false", () => {
  expect(messages(flag("d").safeParse("true"))).toEqual(["true or false\nwrite true or false"]);
});

test("a list has at least one entry, no repeated ones, and at most its maximum", () => {
  const field = list(text(/./, { description: "d", expected: "text" }), { description: "d", expected: "a list" }, 2);
  expect(field.safeParse(["a", "b"]).success).toBe(true);
  expect(messages(field.safeParse([]))[0]).toMatch(/^at least one entry\n/);
  expect(messages(field.safeParse(["a", "b", "c"]))[0]).toMatch(/^a list\n/);
  const repeated = field.safeParse(["a", "a"]);
  expect(repeated.error?.issues).toMatchObject([{ path: [1], message: "each entry once\nremove the repeated one" }]);
});

test("the error for a value that is not a map names the map's keys", () => {
  const field = keys({ a: flag("a"), b: flag("b").optional() }, "d");
  expect(messages(field.safeParse([]))).toEqual(["a map with the keys a, b\nwrite keys and values below it"]);
});

test("a map with free names checks the names", () => {
  const field = entries(id, flag("d"), { description: "d", expected: "a map" });
  expect(field.safeParse({ "a-1": true }).success).toBe(true);
  for (const name of ["A", "a_b", "a--b", "-a", "a-", "1a", ""])
    expect(field.safeParse({ [name]: true }).success).toBe(false);
});
