import { testAll } from "../../__tests__/support/test-all";

const { mutantsOf } = require("./mutants.cjs") as {
  mutantsOf: (source: string) => readonly { line: number; kind: string; before: string; text: string }[];
};

const texts = (source: string) => mutantsOf(source).map(({ text }) => text);

testAll([
  ["a comparison", "x(a === b)", "x(((a) !== (b)))"],
  ["a bound", "x(a < b)", "x(((a) <= (b)))"],
  ["a conjunction", "x(a && b)", "x(((a) || (b)))"],
  ["a negation", "x(!a)", "x(a)"],
  ["a flag", "x(true)", "x(false)"],
  ["a number", "x(7)", "x(8)"],
  ["a name", 'x("a-b")', 'x("a-b~")'],
  ["a list", "x([a])", "x(([] as never[]))"],
  ["a filter", "x(a.filter(b))", "x(a)"],
  ["a quantifier", "x(a.some(b))", "x(a.every(b))"],
  ["a branch", "x(a ? b : c)", "x(!(a) ? b : c)"],
  ["a statement", "x()", ";"],
])("%s is changed", (_, source, changed) => {
  expect(texts(source)).toContain(changed);
});

test("a condition is replaced by true and by false", () => {
  expect(texts("if (a) b()")).toEqual(expect.arrayContaining(["if (true) b()", "if (false) b()"]));
});

test("sentences, types, keys and imports are not changed", () => {
  const source = 'import a from "a";\ninterface B { c: "d" }\nconst e: "f" = `g`;\nconst h = { i: "two words" };\n';
  expect(mutantsOf(source)).toEqual([]);
});

test("each mutant changes one place on its line, and nothing else", () => {
  const [mutant] = mutantsOf("const a = 1;\n");
  expect(mutant).toMatchObject({ line: 1, kind: "number", before: "1", text: "const a = 2;\n" });
});
