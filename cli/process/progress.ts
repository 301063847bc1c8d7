/** How long a step may take before the first message, and between later ones, in milliseconds. */
const FIRST_MS = 2000;
const NEXT_MS = 10_000;

/**
 * Reports on standard error which step begins, if a person watches. A log or a program that reads the output gets only
 * the result.
 */
export function say(line: string): void {
  if (process.stderr.isTTY) console.error(line);
}

/** Reports which step begins, and how long it has taken: after two seconds, then every ten. */
export async function withProgress<T>(what: string, work: Promise<T>): Promise<T> {
  const start = performance.now();
  const sayAgain = () => say(`${what}: ${Math.round((performance.now() - start) / 1000)} s`);
  say(what);
  let again: NodeJS.Timeout | undefined;
  const first = setTimeout(() => {
    sayAgain();
    again = setInterval(sayAgain, NEXT_MS);
  }, FIRST_MS);
  try {
    return await work;
  } finally {
    clearTimeout(first);
    clearInterval(again);
  }
}

/**
 * Reports the start of work with many parts: `synthesizing dev, prod`. Reports nothing if there are no parts.
 *
 * @returns a function to call before each part. It reports how many are done once two seconds have passed since the
 * last message
 */
export function counting(what: string, total: number): () => void {
  let [done, last] = [0, performance.now()];
  if (total > 0) say(what);
  return () => {
    if (performance.now() - last >= FIRST_MS) {
      last = performance.now();
      say(`${what}: ${done} of ${total} done`);
    }
    done += 1;
  };
}
