import { median } from "./median";

/** What is run in turn, by name. */
export type Contenders<Name extends string, Cost> = Readonly<Record<Name, () => Cost>>;

/** Costs of one contender, in the order of the rounds. */
export type Series<Name extends string, Cost> = Readonly<Record<Name, readonly Cost[]>>;

/**
 * Runs all contenders once a round, so that a noisy minute hits baseline and subject alike. The first round, which fills
 * the disk's cache, is not counted.
 */
export function inTurns<Name extends string, Cost>(
  title: string,
  rounds: number,
  contenders: Contenders<Name, Cost>,
): Series<Name, Cost> {
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

/** The median of one number of each cost. */
export function medianOf<Cost>(costs: readonly Cost[], pick: (cost: Cost) => number): number {
  return median(costs.map(pick));
}
