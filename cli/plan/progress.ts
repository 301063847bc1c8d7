/** Says on standard error what takes longer than two seconds, and again every ten. */
export async function withProgress<T>(what: string, work: Promise<T>): Promise<T> {
  const start = performance.now();
  const say = () => console.error(`${what}: ${Math.round((performance.now() - start) / 1000)} s`);
  let again: NodeJS.Timeout | undefined;
  const first = setTimeout(() => {
    say();
    again = setInterval(say, 10_000);
  }, 2000);
  try {
    return await work;
  } finally {
    clearTimeout(first);
    clearInterval(again);
  }
}
