import type { ChildProcess } from "node:child_process";
import { setImmediate as loopTurn } from "node:timers/promises";
import { CommandError, EXIT } from "./command-error";

/** Signals that ask a command to end, with the resulting exit code. */
const EXIT_CODES = { SIGINT: EXIT.interrupted, SIGTERM: EXIT.terminated, SIGHUP: EXIT.hungUp } as const;
export type StopSignal = keyof typeof EXIT_CODES;

const CAUSES: Readonly<Record<StopSignal, string>> = {
  SIGINT: "you interrupted",
  SIGTERM: "SIGTERM stopped this run",
  SIGHUP: "the terminal or the connection was lost",
};

/**
 * `npm run` repeats a signal that the terminal has already sent. Signals this close together, in milliseconds, count as
 * one.
 */
const SAME_SIGNAL = 300;

/** Time for Terraform to write its state after a second signal, in milliseconds. GitHub's runner kills after 2.5 s. */
const LAST_WRITE = 2000;

/** The state of the work, for a person whose command ends early. */
export interface EarlyEnd {
  /** What was and was not done, and how to go on. */
  readonly left: string;
  /** What an immediate end may leave in addition. */
  readonly atOnce: string;
}

/** The end of a command that a signal stopped. */
export class Interrupted extends CommandError {}

/** @param left what was and was not done, and how to go on */
export function interruptedBy(signal: StopSignal, name: string, left: string): Interrupted {
  return new Interrupted(`${name}: ${CAUSES[signal]}: ${left}`, EXIT_CODES[signal]);
}

/**
 * Resolves at the first signal, for a command that ends by itself then. A later one ends the process immediately. Call
 * it before anything starts, so that a signal during the start also ends it cleanly.
 */
export function firstSignal(own: NodeJS.Process = process): Promise<StopSignal> {
  return new Promise((resolve) => {
    let firstAt: number | undefined;
    for (const signal of Object.keys(EXIT_CODES) as StopSignal[]) {
      own.on(signal, () => {
        firstAt ??= performance.now();
        if (performance.now() - firstAt > SAME_SIGNAL) own.exit(EXIT_CODES[signal]);
        resolve(signal);
      });
    }
  });
}

/**
 * Handles every signal of a command that runs Terraform. The first signal is remembered and passed on to the running
 * Terraform, and no step starts after it. The second signal ends everything immediately.
 */
export class Signals {
  private first: StopSignal | undefined;
  private firstAt = 0;
  private isAtOnce = false;
  private child: ChildProcess | undefined;
  private earlyEnd: (() => EarlyEnd) | undefined;
  private readonly abort = new AbortController();
  /** Called with the id of each program that starts under `guard`. */
  onStart: ((pid: number) => void) | undefined;

  constructor(private readonly own: NodeJS.Process = process) {}

  /** Whether a signal has arrived. */
  get stopped(): boolean {
    return this.first !== undefined;
  }

  /** Whether a second signal has arrived, so that Terraform had no time to end cleanly. */
  get endedAtOnce(): boolean {
    return this.isAtOnce;
  }

  /** Aborted by the first signal. */
  get aborted(): AbortSignal {
    return this.abort.signal;
  }

  /**
   * Runs a command's work; `earlyEnd` describes what an early end leaves. Throws `Interrupted` if a signal arrived,
   * regardless of the work's own result. Within another call of `during`, the work belongs to the outer call.
   */
  async during<T>(name: string, earlyEnd: EarlyEnd, work: () => Promise<T>): Promise<T> {
    if (this.earlyEnd !== undefined) return work();
    this.earlyEnd = () => earlyEnd;
    const listeners = Object.keys(EXIT_CODES).map((signal) => [signal, () => this.take(signal as StopSignal)] as const);
    for (const [signal, listener] of listeners) this.own.on(signal, listener);
    const [outcome] = await Promise.allSettled([work()]);
    await delivered();
    for (const [signal, listener] of listeners) this.own.off(signal, listener);
    const { left } = this.earlyEnd();
    this.earlyEnd = undefined;
    if (this.first !== undefined) {
      throw interruptedBy(this.first, name, left);
    }
    if (outcome.status === "rejected") throw outcome.reason;
    return outcome.value;
  }

  /** Replaces the description of what an early end leaves. */
  describeEnd(earlyEnd: () => EarlyEnd): void {
    if (this.earlyEnd !== undefined) this.earlyEnd = earlyEnd;
  }

  /** Throws if a signal has arrived: nothing may start after it. */
  async check(): Promise<void> {
    await delivered();
    this.aborted.throwIfAborted();
  }

  /** Waits for work inside this process. A signal ends the wait. */
  async unlessStopped<T>(work: () => Promise<T>): Promise<T> {
    await this.check();
    let stop = () => {};
    const stopped = new Promise<never>((_, reject) => {
      stop = () => reject(this.aborted.reason);
      this.aborted.addEventListener("abort", stop);
    });
    const working = work();
    try {
      return await Promise.race([working, stopped]);
    } catch (error) {
      // If the work runs Terraform, that ends first, and the work cleans up.
      if (this.child !== undefined) await Promise.allSettled([working]);
      throw error;
    } finally {
      this.aborted.removeEventListener("abort", stop);
    }
  }

  /** Passes signals on to a program until it ends. The program must lead its own process group (`detached`). */
  guard(child: ChildProcess): void {
    this.child = child;
    if (child.pid !== undefined) this.onStart?.(child.pid);
    child.once("close", () => {
      if (this.isAtOnce) this.pass("SIGKILL");
      this.child = undefined;
    });
  }

  /** Handles a signal like one sent to the process. In raw mode, a terminal sends no signal for Ctrl-C. */
  readonly take = (signal: StopSignal): void => {
    if (this.first !== undefined) {
      if (performance.now() - this.firstAt > SAME_SIGNAL) this.endAtOnce();
      return;
    }
    this.first = signal;
    this.firstAt = performance.now();
    if (this.child !== undefined) {
      console.error("stopping: Terraform completes what it has begun; a second signal ends it immediately");
      this.pass("SIGINT");
    }
    this.abort.abort();
  };

  private endAtOnce(): void {
    if (this.isAtOnce) {
      this.pass("SIGKILL");
      return;
    }
    this.isAtOnce = true;
    console.error(`ended immediately: ${this.earlyEnd?.().atOnce}`);
    if (this.child === undefined) this.own.exit(EXIT_CODES[this.first ?? "SIGTERM"]);
    this.pass("SIGINT");
    setTimeout(() => this.pass("SIGKILL"), LAST_WRITE).unref();
  }

  /**
   * Sends SIGINT for any signal that arrived. Providers ignore SIGINT and end with Terraform; SIGTERM would end them
   * during a call.
   */
  private pass(signal: "SIGINT" | "SIGKILL"): void {
    if (this.child?.pid === undefined) return;
    try {
      this.own.kill(-this.child.pid, signal);
    } catch (error) {
      // macOS answers EPERM if all processes of the group wait to be reaped.
      if (!["ESRCH", "EPERM"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
    }
  }
}

/** The signals of this process. */
export const signals = new Signals();

/** Resolves once any signal that arrived during synchronous work has been handled. */
async function delivered(): Promise<void> {
  // Node reads a signal in the poll phase, which the first turn may have passed already.
  for (const _ of ["this turn", "the next"]) await loopTurn();
}
