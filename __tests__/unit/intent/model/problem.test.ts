import { compareProblems, formatProblem, formatRefusal, type Problem } from "../../../../intent/model/problem";

const problem: Problem = {
  file: "config/prod.yaml",
  line: 14,
  column: 7,
  path: "services.orders.scaling.max",
  message: "got 2000, expected at most 1000 (Cloud Run's limit per service)",
  remedy: "lower it, or ask Google for a larger quota and set limits.cloudRunMaxInstances",
};

test("a problem says where, what it got, what it expected, and on a line of its own what to do", () => {
  expect(formatProblem(problem)).toBe(
    "config/prod.yaml:14:7  services.orders.scaling.max  got 2000, expected at most 1000 (Cloud Run's limit per service)\n" +
      "    lower it, or ask Google for a larger quota and set limits.cloudRunMaxInstances",
  );
});

test("a fault of the whole file has no path", () => {
  expect(formatProblem({ ...problem, line: 1, column: 1, path: "", message: "got an empty file" })).toMatch(
    /^config\/prod\.yaml:1:1 {2}got an empty file\n/,
  );
});

test("problems sort as a person reads: by file, from top to bottom, numbers as numbers", () => {
  const places = [
    { ...problem, line: 100 },
    { ...problem, file: "config/base.yaml", line: 200 },
    { ...problem, line: 9, column: 20 },
    { ...problem, line: 9, column: 3 },
  ];
  expect([...places].sort(compareProblems)).toEqual([places[1], places[3], places[2], places[0]]);
});

test("a report shows 50 problems at most, counts them all, and says in its last line whether the rules wait", () => {
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
