import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";
import { projectError } from "../process/command-error";
import { jsonIn } from "../process/json";
import { BUILD, ROOT } from "../process/project";
import { expiringAuthorities } from "../synth/warnings";
import { readIntents } from "../synthesis/intents";
import { OBSTACLES } from "./obstacles";
import { type Outcome, runSteps } from "./run-steps";
import { type Step, stepsOf } from "./steps";

/** Time between two reports of the running steps, in milliseconds. */
const WORD_MS = 60_000;

/** `npm run check`: runs everything that CI runs, even after a failure, and ends with one line of counts. */
export async function check(): Promise<void> {
  const noRegistry = OBSTACLES.registry();
  const intents = readIntents();
  const steps = stepsOf(intents, { ...OBSTACLES, registry: () => noRegistry });
  const start = Date.now();
  const atOnce = Math.min(2, availableParallelism());
  const running = new Map<string, number>();
  const timer = setInterval(() => console.log(`running  ${waitedFor(running)}`), WORD_MS);
  const outcomes = await runSteps(steps, {
    atOnce,
    say: console.log,
    now: Date.now,
    run: async (step) => {
      running.set(step.name, Date.now());
      return run(step).finally(() => running.delete(step.name));
    },
  }).finally(() => clearInterval(timer));
  const sum = (of: "passed" | "failed") => outcomes.reduce((total, outcome) => total + outcome[of], 0);
  for (const line of expiringAuthorities(intents, new Date())) console.log(line);
  for (const { skipped } of outcomes) for (const line of skipped) console.log(`skipped: ${line}`);
  console.log(`${steps.length} steps in ${Math.round((Date.now() - start) / 1000)} s`);
  console.log(`${sum("passed")} passed, ${sum("failed")} failed`);
  if (sum("failed") > 0) throw projectError("npm run check: not everything passed, see above");
}

/** `system tests (62 s), scanners (3 s)`. */
function waitedFor(running: ReadonlyMap<string, number>): string {
  return [...running].map(([name, since]) => `${name} (${Math.round((Date.now() - since) / 1000)} s)`).join(", ");
}

async function run(step: Step): Promise<Outcome> {
  const missing = step.obstacle?.();
  if (missing !== undefined) return { passed: 0, failed: 0, skipped: [`${step.name}, ${missing}`], output: "" };
  // Each step has its own file, so the next check replaces whatever an interrupted one leaves.
  const report = join(BUILD, "check", `${step.name.replace(/\W+/g, "-")}.json`);
  rmSync(report, { force: true });
  mkdirSync(dirname(report), { recursive: true });
  // The steps that run at the same time use the other core.
  const workers = step.first ? [] : [`--maxWorkers=${step.workers ?? 1}`];
  const extra = step.jest ? ["--", "--json", `--outputFile=${report}`, ...workers] : [];
  const { status, output } = await npm([...step.npm, ...extra], step.jest === true);
  if (!step.jest) return { passed: status === 0 ? 1 : 0, failed: status === 0 ? 0 : 1, skipped: [], output };
  // Jest may have written no report.
  const read: JestReport | undefined = existsSync(report) ? jsonIn(readFileSync(report, "utf8")) : undefined;
  if (read === undefined) return { passed: 0, failed: 1, skipped: [], output };
  return { ...countsOf(read, status), skipped: skippedTests(read), output };
}

/**
 * Jest prints its JSON, which is also written to a file, to standard output. The readable report is on standard error.
 */
function npm(
  args: readonly string[],
  isJest: boolean,
): Promise<{ readonly status: number | null; readonly output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn("npm", [...args], { cwd: ROOT, stdio: ["ignore", isJest ? "ignore" : "pipe", "pipe"] });
    const parts: Buffer[] = [];
    child.stdout?.on("data", (part: Buffer) => parts.push(part));
    child.stderr?.on("data", (part: Buffer) => parts.push(part));
    child.on("error", reject);
    child.on("close", (status) => resolve({ status, output: Buffer.concat(parts).toString("utf8") }));
  });
}

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
