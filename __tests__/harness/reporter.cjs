"use strict";
/** Time between two looks at the running test files, and the time from which one is named, in milliseconds. */
const LOOK_MILLISECONDS = 60_000;
const LONG_MILLISECONDS = 300_000;

/**
 * Names the test files that run for long, so that a run that hangs says where. Lists at the end the names of skipped
 * tests; `describeWhere` and `testWhere` put the reason into the name.
 */
class Reporter {
  running = new Map();

  onRunStart() {
    this.timer = setInterval(() => {
      for (const [path, since] of this.running) {
        const lasted = Date.now() - since;
        if (lasted >= LONG_MILLISECONDS) process.stderr.write(`running for ${Math.round(lasted / 1000)} s: ${path}\n`);
      }
    }, LOOK_MILLISECONDS).unref();
  }

  onTestFileStart({ path }) {
    this.running.set(path, Date.now());
  }

  onTestFileResult({ path }) {
    this.running.delete(path);
  }

  onRunComplete(_contexts, { testResults }) {
    clearInterval(this.timer);
    const skipped = testResults
      .flatMap(({ testResults: tests }) => tests)
      .filter(({ status }) => status === "pending")
      .map(({ ancestorTitles, title }) => [...ancestorTitles, title].join(" › "));
    for (const name of new Set(skipped)) process.stderr.write(`skipped: ${name}\n`);
  }
}

module.exports = Reporter;
