import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { PACKAGE } from "./project";
import type { Followed } from "./watcher.cjs";

type Step = Followed["step"];

const NONE: Step = { what: undefined, since: 0 };

/** Steps under way, the innermost last. */
let steps: readonly Step[] = [];
let lastOutput = Date.now();
let watcher: Worker | undefined;

/**
 * Reports on standard error which step begins, if a person watches. A log or a program that reads the output gets only
 * the result.
 */
export function say(line: string): void {
  if (process.stderr.isTTY) console.error(line);
}

/**
 * Begins a step. If a person watches, the innermost step is named on standard error after two seconds without output,
 * and then every ten, each time with the seconds that it has taken. This also works while the step blocks this thread.
 *
 * @returns a function that ends the step
 */
export function step(what: string, since = Date.now()): () => void {
  return begin({ what, since });
}

/**
 * Reports no step, because the program waits for a person or a request, or another program reports its own.
 *
 * @returns a function that ends this
 */
export function unreported(): () => void {
  const end = begin({ what: undefined, since: Date.now() });
  return () => {
    lastOutput = Date.now();
    end();
  };
}

/** Reports which step begins, and then how long it takes. */
export async function withProgress<T>(what: string, work: Promise<T>): Promise<T> {
  say(what);
  const end = step(what);
  try {
    return await work;
  } finally {
    end();
  }
}

/**
 * Reports the start of work with many parts: `synthesizing dev, prod`. Reports nothing if there are no parts. Then
 * reports how many are done, and how long that takes.
 *
 * @returns functions to call before each part, and after the last
 */
export function counting(what: string, total: number): { readonly next: () => void; readonly end: () => void } {
  const since = Date.now();
  let [done, end] = [0, () => {}];
  if (total > 0) say(what);
  return {
    next: () => {
      end();
      end = step(`${what} (${done} of ${total} done)`, since);
      done += 1;
    },
    end: () => end(),
  };
}

function begin(own: Step): () => void {
  steps = [...steps, own];
  tellWatcher();
  return () => {
    steps = steps.filter((each) => each !== own);
    tellWatcher();
  };
}

function tellWatcher(): void {
  if (!process.stderr.isTTY) return;
  watcher ??= started();
  watcher.postMessage({ step: steps.at(-1) ?? NONE, lastOutput } satisfies Followed);
}

function started(): Worker {
  const worker = new Worker(join(PACKAGE, "cli/process/watcher.cjs"));
  worker.unref();
  // Without a thread, the command does the same without its reports.
  worker.on("error", () => {});
  for (const stream of [process.stdout, process.stderr]) {
    if (stream.isTTY) noticeOutput(stream);
  }
  return worker;
}

/** Counts each write as output at once: the program may block right after it. */
function noticeOutput(stream: NodeJS.WriteStream): void {
  const write = stream.write;
  stream.write = ((...parameters: Parameters<typeof write>) => {
    lastOutput = Date.now();
    tellWatcher();
    return write.apply(stream, parameters);
  }) as typeof write;
}
