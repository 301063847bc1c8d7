/**
 * Runs all contenders once a round, so that a busy minute affects baseline and subject alike. The first round, which
 * fills the disk's cache, does not count.
 *
 * @returns the costs of each contender, in the order of the rounds
 */
export function interleaved<Name extends string, Cost>(
  title: string,
  rounds: number,
  contenders: Readonly<Record<Name, () => Cost>>,
): Readonly<Record<Name, readonly Cost[]>> {
  const names = Object.keys(contenders) as Name[];
  const series = Object.fromEntries(names.map((name) => [name, [] as Cost[]])) as Record<Name, Cost[]>;
  for (let round = 0; round <= rounds; round++) {
    console.error(`${title}: ${round === 0 ? "warming up" : `round ${round} of ${rounds}`}`);
    for (const name of names) {
      const cost = contenders[name]();
      if (round > 0) series[name].push(cost);
    }
  }
  return series;
}

/**
 * The middle value, which one slow run on a busy machine cannot move. For an even count, the mean of the middle two.
 */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.ceil(sorted.length / 2) - 1];
  if (upper === undefined || lower === undefined) throw new Error("the median of no values");
  return (lower + upper) / 2;
}

/** The smallest value that at least this share of all values does not exceed. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  const found = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  if (found === undefined) throw new Error("a percentile of no values");
  return found;
}
