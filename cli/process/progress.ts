/** How long a step may take without a word, and how long after the first one without another, in milliseconds. */
const FIRST_MS = 2000;
const NEXT_MS = 10_000;

/** Says on standard error what begins now, where a person watches: a log or a program that reads it gets the outcome alone. */
export function say(line: string): void {
  if (process.stderr.isTTY) console.error(line);
}

/** Says what begins, and how long it has taken after two seconds and every ten from then on. */
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
 * Says what begins, for work of many parts: `synthesizing dev, prod`. Says nothing for none.
 *
 * @returns what to call before each part: where two seconds have passed since the last word, it says how many are done
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
