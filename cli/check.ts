import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CommandError, EXIT } from "./command-error";
import { expiringAuthorities } from "./expiring";
import { readIntents } from "./intents";
import { ROOT } from "./project";
import { terraformObstacle } from "./terraform/obstacle";

interface Step {
  readonly name: string;
  readonly npm: readonly string[];
  /** Jest suites count each of their tests, everything else counts as one. */
  readonly jest?: boolean;
  /** Why the step cannot run on this machine. */
  readonly skipped?: string;
}

interface Count {
  readonly passed: number;
  readonly failed: number;
}

/** `npm run check`: everything CI runs, to the end even when something fails, and one line that counts it. */
export function check(): void {
  const noRegistry = registryObstacle();
  const steps: Step[] = [
    { name: "tests", npm: ["test"], jest: true },
    { name: "lint", npm: ["run", "lint"] },
    { name: "types", npm: ["run", "types"] },
    { name: "workflows", npm: ["run", "lint:workflows"], skipped: pythonObstacle() },
    { name: "scanners", npm: ["run", "scan"], skipped: pythonObstacle() },
    { name: "synthesized/ is fresh", npm: ["run", "synth", "--", "--check"] },
    { name: "schema and README table are fresh", npm: ["run", "generate", "--", "--check"] },
    ...readIntents().map(({ environment }) => ({
      name: `access.md of ${environment}, by behaviour`,
      // With the Node release that the stack declares, where it can be fetched.
      npm: ["run", "local", "--", environment, "--matrix", ...(noRegistry ? [] : ["--declared-node"])],
    })),
    { name: "Terraform", npm: ["run", "test:terraform"], jest: true, skipped: terraformObstacle() },
    { name: "CDK Terrain", npm: ["run", "test:terrain"], jest: true, skipped: noRegistry },
    // Passes when everything can be measured; the figures are for people, since machines differ.
    { name: "bench", npm: ["run", "bench", "--", "--runs", "3"], skipped: noRegistry },
  ];
  const counts = steps.map(run);
  const passed = sum(counts.map((count) => count.passed));
  const failed = sum(counts.map((count) => count.failed));
  for (const line of expiringAuthorities(readIntents(), new Date())) console.log(line);
  for (const { name, skipped } of steps) if (skipped) console.log(`skipped: ${name}, ${skipped}`);
  console.log(`${passed} passed, ${failed} failed`);
  if (failed > 0) throw new CommandError("npm run check: not everything passed, see above", EXIT.failed);
}

/** Why packages cannot be installed here; undefined when they can. */
function registryObstacle(): string | undefined {
  const asked = spawnSync("npm", ["view", "cdktf", "version"], { cwd: ROOT, stdio: "ignore", timeout: 30_000 });
  return asked.status === 0 ? undefined : "since the package registry does not answer";
}

/** Why linters and scanners cannot be installed here; undefined where they can be tried. */
function pythonObstacle(): string | undefined {
  const asked = spawnSync("python3", ["--version"], { stdio: "ignore" });
  return asked.status === 0 ? undefined : "since there is no python3 here";
}

function run(step: Step): Count {
  if (step.skipped) return { passed: 0, failed: 0 };
  console.log(`\n== ${step.name}: npm ${step.npm.join(" ")}`);
  const folder = mkdtempSync(join(tmpdir(), "front-door-check-"));
  const report = join(folder, "report.json");
  const extra = step.jest ? ["--", "--json", `--outputFile=${report}`] : [];
  // Jest's JSON goes to the file; what people read goes to standard error.
  const done = spawnSync("npm", [...step.npm, ...extra], {
    cwd: ROOT,
    stdio: ["ignore", step.jest ? "ignore" : "inherit", "inherit"],
  });
  const count = step.jest ? countTests(report, done.status) : one(done.status === 0);
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
