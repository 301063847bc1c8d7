"use strict";
/** Lists at the end the names of skipped tests; `describeWhere` and `testWhere` put the reason into the name. */
class SkippedReporter {
  onRunComplete(_contexts, { testResults }) {
    const skipped = testResults
      .flatMap(({ testResults: tests }) => tests)
      .filter(({ status }) => status === "pending")
      .map(({ ancestorTitles, title }) => [...ancestorTitles, title].join(" › "));
    for (const name of new Set(skipped)) process.stderr.write(`skipped: ${name}\n`);
  }
}

module.exports = SkippedReporter;
