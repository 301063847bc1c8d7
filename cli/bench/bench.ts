import { arch, cpus, loadavg, platform } from "node:os";
import { projectError, usageError } from "../process/command-error";
import { readIntents } from "../synthesis/intents";
import { authorizerCold } from "./authorizer/cold";
import { authorizerDecision } from "./authorizer/decision";
import { authorizerSize } from "./authorizer/size";
import { door } from "./door/door";
import { leak } from "./door/leak";
import { load } from "./door/load";
import { type Benchmark, type BenchmarkContext, NotMeasured, tableLines } from "./measure/figure";
import { review } from "./review/review";
import { sidecar } from "./sidecar/sidecar";
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
  sidecar,
  review,
];

/** Runs only on request, because it takes minutes. */
const ON_REQUEST: readonly Benchmark[] = [leak];

/** Number of rounds of interleaved runs; odd, so that the median is a run. */
const ROUNDS = 15;

/** Options of the command. Its help describes each of them. */
export interface BenchOptions {
  readonly only?: string;
  readonly without?: string;
  readonly runs?: string;
}

/**
 * `npm run bench`: the cost of this program, as ratios to a named baseline of the same run. A missed aim is reported as
 * a figure and is no failure. The command fails only if something could not be measured.
 */
export async function bench({ only, without, runs }: BenchOptions): Promise<void> {
  const chosen = (only === undefined ? BENCHMARKS : named(only)).filter(
    (each) => without === undefined || !named(without).includes(each),
  );
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

function named(wanted: string): readonly Benchmark[] {
  const found = [...BENCHMARKS, ...ON_REQUEST].filter(({ name }) => name === wanted);
  if (found.length > 0) return found;
  const known = [...BENCHMARKS, ...ON_REQUEST].map(({ name }) => name).join(", ");
  throw usageError(`no benchmark is called "${wanted}"`, `known: ${known}`);
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
