import type { Step } from "./steps";

/** The result of one step. */
export interface Outcome {
  readonly passed: number;
  readonly failed: number;
  /** One line each: what did not run, and why. */
  readonly skipped: readonly string[];
  /** Its output, shown if something failed. */
  readonly output: string;
}

export interface RunOptions {
  /** Steps that run in parallel. */
  readonly atOnce: number;
  readonly run: (step: Step) => Promise<Outcome>;
  readonly say: (line: string) => void;
  /** Milliseconds since some fixed moment. */
  readonly now: () => number;
}

/**
 * Runs every step, even after a failure: first the exclusive steps one by one, then the others in parallel. Reports
 * which steps begin, which ended and how long they took, and which are left.
 */
export async function runSteps(
  steps: readonly Step[],
  { atOnce, run, say, now }: RunOptions,
): Promise<readonly Outcome[]> {
  const waiting = [...steps.filter(({ first }) => first), ...steps.filter(({ first }) => !first)];
  const outcomes: Outcome[] = [];
  const running = new Set<Promise<void>>();
  while (waiting.length > 0 || running.size > 0) {
    const next = waiting[0];
    const isFree = next?.first ? running.size === 0 : running.size < atOnce;
    if (next === undefined || !isFree) {
      await Promise.race(running);
      continue;
    }
    waiting.shift();
    const done = finish(next).then(() => {
      running.delete(done);
    });
    running.add(done);
    if (next.first) await done;
  }
  return outcomes;

  async function finish(step: Step): Promise<void> {
    const start = now();
    say(`begins   ${step.name}: npm ${step.npm.join(" ")}`);
    const outcome = await run(step);
    outcomes.push(outcome);
    const seconds = Math.round((now() - start) / 1000);
    if (outcome.failed > 0) say(`\n${outcome.output}\n`);
    say(`${verdict(outcome)} ${step.name}, ${count(outcome)}${seconds} s; to come: ${names(waiting)}`);
  }
}

function verdict({ failed, passed }: Outcome): string {
  if (failed > 0) return "FAILED  ";
  return passed > 0 ? "passed  " : "skipped ";
}

function count({ passed, failed }: Outcome): string {
  return passed + failed > 1 ? `${passed} passed, ${failed} failed, ` : "";
}

function names(steps: readonly Step[]): string {
  return steps.length === 0 ? "nothing more" : steps.map(({ name }) => name).join("; ");
}
