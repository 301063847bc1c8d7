import { compareProblems, formatProblem, formatRefusal, type Problem } from "../../../../intent/model/problem";

const problem: Problem = {
  file: "config/prod.yaml",
  line: 14,
  column: 7,
  path: "services.orders.scaling.max",
  message: "got 2000, expected at most 1000 (Cloud Run's limit per service)",
  remedy: "lower it, or ask Google for a larger quota and set limits.cloudRunMaxInstances",
};

test("a problem has its place, the value it got, the expected one, and the remedy on a separate line", () => {
  expect(formatProblem(problem)).toBe(
    "config/prod.yaml:14:7  services.orders.scaling.max  got 2000, expected at most 1000 (Cloud Run's limit per service)\n" +
      "    lower it, or ask Google for a larger quota and set limits.cloudRunMaxInstances",
  );
});

test("problems of one key in a row have its address once, below the last", () => {
  const [max, min] = ["max", "min"].map((key) => ({ ...problem, reference: `docs/reference/config.md#${key}` }));
  const lines = formatRefusal(
    [max, max, min, max, problem].flatMap((each) => each ?? []),
    false,
  ).split("\n");
  expect(lines.map((line) => line.replace(/^ *(?:docs\/reference\/config.md)?/, "").slice(0, 12))).toEqual([
    ...["config/prod.", "lower it, or", "config/prod.", "lower it, or", "#max"],
    ...["config/prod.", "lower it, or", "#min", "config/prod.", "lower it, or", "#max"],
    ...["config/prod.", "lower it, or", "5 problems i"],
  ]);
});

test("a problem of the whole file has no path", () => {
  expect(formatProblem({ ...problem, line: 1, column: 1, path: "", message: "got an empty file" })).toMatch(
    /^config\/prod\.yaml:1:1 {2}got an empty file\n/,
  );
});

test("problems are sorted by file, then by line as a number", () => {
  const places = [
    { ...problem, line: 100 },
    { ...problem, file: "config/base.yaml", line: 200 },
    { ...problem, line: 9, column: 20 },
    { ...problem, line: 9, column: 3 },
  ];
  expect([...places].sort(compareProblems)).toEqual([places[1], places[3], places[2], places[0]]);
});

test("a report shows at most 50 problems, counts all, and ends with whether rules have not run", () => {
  const problems = Array.from({ length: 55_000 }, (_, line) => ({ ...problem, line }));
  const lines = formatRefusal(problems, true).split("\n");
  expect(lines.filter((line) => line.startsWith("config/prod.yaml:"))).toHaveLength(50);
  expect(lines.slice(100)).toEqual([
    "and 54950 more",
    "55000 problems in config/: nothing was written",
    "rules are checked only after syntax and schema are valid",
  ]);
  expect(formatRefusal([problem], false).split("\n").slice(2)).toEqual(["1 problem in config/: nothing was written"]);
});
