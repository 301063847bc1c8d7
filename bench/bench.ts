import { arch, cpus, loadavg, platform } from "node:os";
import { projectError, usageError } from "../cli/process/command-error";
import { runCommand } from "../cli/process/commands";
import { baseCommit } from "../cli/process/git";
import { readIntents } from "../cli/synthesis/intents";
import { against } from "./against/against";
import { authorizerCold } from "./authorizer/cold";
import { authorizerDecision } from "./authorizer/decision";
import { authorizerSize } from "./authorizer/size";
import { door } from "./door/door";
import { load } from "./door/load";
import { type Benchmark, type BenchmarkContext, NotMeasured, tableLines } from "./measure/figure";
import { review } from "./review/review";
import { growth } from "./synthesis/growth";
import { installed } from "./synthesis/installed";
import { synthesis } from "./synthesis/synthesis";

const BENCHMARKS: readonly Benchmark[] = [
  synthesis,
  installed,
  growth,
  authorizerSize,
  authorizerCold,
  authorizerDecision,
  door,
  load,
  review,
];

const NAMES = BENCHMARKS.map(({ name }) => name).join(", ");

/** Number of rounds of interleaved runs; odd, so that the median is a run. */
const ROUNDS = 15;

interface BenchOptions {
  readonly against?: string;
  readonly most?: string;
  readonly only?: string;
  readonly runs?: string;
}

/**
 * `npm run bench`: the cost of this program, as ratios to a named baseline of the same run. A missed aim is reported as
 * a figure and is no failure. The command fails only if something could not be measured.
 */
async function bench({ against: other, most, only, runs }: BenchOptions): Promise<void> {
  if (other !== undefined) {
    if (only !== undefined || runs !== undefined)
      throw usageError("--against measures no group and no rounds", NO_BOTH);
    return against(baseCommit(other), exampleEnvironment(), most === undefined ? undefined : ratioIn(most));
  }
  if (most !== undefined) throw usageError("--most without --against", "name a commit: --against <commit>");
  const chosen = only === undefined ? BENCHMARKS : [named(only)];
  const context: BenchmarkContext = { rounds: roundsOf(runs), environment: exampleEnvironment() };
  console.log(`${machine()}; ${context.rounds} rounds, medians\n`);
  const failed: Benchmark[] = [];
  for (const benchmark of chosen) if (!(await printed(benchmark, context))) failed.push(benchmark);
  if (failed.length > 0) {
    throw projectError(`could not be measured: ${failed.map(({ name }) => name).join(", ")}`);
  }
}

/** Each group's figures go to standard output when the group is done. Progress goes to standard error. */
async function printed(benchmark: Benchmark, context: BenchmarkContext): Promise<boolean> {
  try {
    for (const line of tableLines(benchmark.title, await benchmark.measure(context))) console.log(line);
    console.log();
    return true;
  } catch (error) {
    if (!(error instanceof NotMeasured)) throw error;
    console.log(`${benchmark.title}\n  not measured: ${error.message}\n`);
    return false;
  }
}

function named(wanted: string): Benchmark {
  const found = BENCHMARKS.find(({ name }) => name === wanted);
  if (found !== undefined) return found;
  throw usageError(`no benchmark is called "${wanted}"`, `known: ${NAMES}`);
}

const NO_BOTH = "leave out --only and --runs, or --against";

function ratioIn(text: string): number {
  if (/^[1-9]\d?(\.\d{1,2})?$/.test(text)) return Number(text);
  throw usageError(`--most: got ${JSON.stringify(text)}, expected a ratio`, "as in --most 1.15");
}

function roundsOf(runs: string | undefined): number {
  if (runs === undefined) return ROUNDS;
  if (/^[1-9]\d{0,2}$/.test(runs)) return Number(runs);
  throw usageError(`--runs: got ${JSON.stringify(runs)}, expected 1-999`, `default: ${ROUNDS}`);
}

/** Other influences on the figures: on a busy machine the ratios come out too high. */
function machine(): string {
  const [load = 0] = loadavg();
  const { length } = cpus();
  return `Node ${process.version}, ${platform()} ${arch()}, ${length} processors, load ${load.toFixed(1)} at the start`;
}

/** The first environment of `config/`: `dev`, unless it was renamed. */
function exampleEnvironment(): string {
  const [first] = readIntents();
  if (first === undefined) throw projectError("config/ has no environment to measure");
  return first.environment;
}

runCommand(["bench", ...process.argv.slice(2)], (program) => {
  program
    .command("bench")
    .description("measure synthesis, authorizer, local front door and review as ratios to a baseline")
    .option("--only <group>", `one group: ${NAMES}`)
    .option("--runs <rounds>", `rounds of each measurement (default: ${ROUNDS})`)
    .option("--against <commit>", "compare the processor time and the reads of commands with those of a commit")
    .option("--most <ratio>", "with --against: fail above this ratio, and name the commit to blame")
    .action(bench);
});
