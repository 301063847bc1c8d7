import { countsOf, type JestReport, skippedTests } from "../../../../cli/check/check";

const report = (changes: Partial<JestReport>): JestReport => ({
  numPassedTests: 5,
  numFailedTests: 0,
  numRuntimeErrorTestSuites: 0,
  testResults: [],
  ...changes,
});

test.each([
  ["failed tests and suites that did not load are failures", { numFailedTests: 2, numRuntimeErrorTestSuites: 1 }, 1, 3],
  ["a run that failed without a failed test is one failure", {}, 1, 1],
  ["a green run has none", {}, 0, 0],
])("%s", (_, changes, status, failed) => {
  expect(countsOf(report(changes), status)).toEqual({ passed: 5, failed });
});

test("names each skipped test once, with its describe blocks", () => {
  const skipped = { status: "pending", ancestorTitles: ["Envoy"], title: "refuses (no Envoy here)" };
  const passed = { status: "passed", ancestorTitles: [], title: "works" };
  const results = report({ testResults: [{ assertionResults: [skipped, passed] }, { assertionResults: [skipped] }] });
  expect(skippedTests(results)).toEqual(["Envoy › refuses (no Envoy here)"]);
});
