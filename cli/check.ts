import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  actionlintObstacle,
  envoyObstacle,
  registryObstacle,
  scannersObstacle,
  zizmorObstacle,
} from "./check/obstacles";
import { type Step, stepsOf } from "./check/steps";
import { CommandError, EXIT } from "./command-error";
import { expiringAuthorities } from "./expiring";
import { readIntents } from "./intents";
import { ROOT } from "./project";
import { terraformObstacle } from "./terraform/obstacle";

interface Count {
  readonly passed: number;
  readonly failed: number;
  /** Why it did not run. */
  readonly skipped?: string;
}

/** `npm run check`: everything CI runs, to the end even when something fails, and one line that counts it. */
export function check(): void {
  const noRegistry = registryObstacle();
  const intents = readIntents();
  const steps = stepsOf(intents, {
    registry: () => noRegistry,
    terraform: terraformObstacle,
    envoy: envoyObstacle,
    scanners: scannersObstacle,
    actionlint: actionlintObstacle,
    zizmor: zizmorObstacle,
  });
  const counts = steps.map((step) => ({ name: step.name, ...run(step) }));
  const passed = sum(counts.map((count) => count.passed));
  const failed = sum(counts.map((count) => count.failed));
  for (const line of expiringAuthorities(intents, new Date())) console.log(line);
  for (const { name, skipped } of counts) if (skipped) console.log(`skipped: ${name}, ${skipped}`);
  console.log(`${passed} passed, ${failed} failed`);
  if (failed > 0) throw new CommandError("npm run check: not everything passed, see above", EXIT.failed);
}

function run({ name, npm, jest, obstacle }: Step): Count {
  const skipped = obstacle?.();
  if (skipped !== undefined) return { passed: 0, failed: 0, skipped };
  console.log(`\n== ${name}: npm ${npm.join(" ")}`);
  const folder = mkdtempSync(join(tmpdir(), "front-door-check-"));
  const report = join(folder, "report.json");
  const extra = jest ? ["--", "--json", `--outputFile=${report}`] : [];
  // Jest's JSON goes to the file; what people read goes to standard error.
  const done = spawnSync("npm", [...npm, ...extra], {
    cwd: ROOT,
    stdio: ["ignore", jest ? "ignore" : "inherit", "inherit"],
  });
  const count = jest ? countTests(report, done.status) : one(done.status === 0);
  rmSync(folder, { recursive: true });
  return count;
}

/** A suite that could not even load counts as one failure, as does a run that left no report. */
function countTests(report: string, status: number | null): Count {
  try {
    const { numPassedTests, numFailedTests, numRuntimeErrorTestSuites } = JSON.parse(readFileSync(report, "utf8"));
    const failed = numFailedTests + numRuntimeErrorTestSuites;
    return { passed: numPassedTests, failed: failed === 0 && status !== 0 ? 1 : failed };
  } catch {
    return one(false);
  }
}

function one(good: boolean): Count {
  return { passed: good ? 1 : 0, failed: good ? 0 : 1 };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
