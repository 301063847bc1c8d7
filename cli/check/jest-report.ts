interface Assertion {
  readonly status: string;
  readonly ancestorTitles: readonly string[];
  readonly title: string;
}

/** The part of Jest's own JSON that is read here. */
export interface JestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numRuntimeErrorTestSuites: number;
  readonly testResults: readonly { readonly assertionResults: readonly Assertion[] }[];
}

/** A suite that could not even load counts as one failure. So does a run that failed without a failed test. */
export function countsOf(
  report: JestReport,
  status: number | null,
): { readonly passed: number; readonly failed: number } {
  const failed = report.numFailedTests + report.numRuntimeErrorTestSuites;
  return { passed: report.numPassedTests, failed: failed === 0 && status !== 0 ? 1 : failed };
}

/** The skipped tests by name; the name gives the reason. */
export function skippedTests({ testResults }: JestReport): readonly string[] {
  const skipped = testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ status }) => status === "pending")
    .map(({ ancestorTitles, title }) => [...ancestorTitles, title].join(" › "));
  return [...new Set(skipped)];
}
