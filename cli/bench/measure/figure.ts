/** One line of what `npm run bench` prints. */
export interface Figure {
  /** `time, sources unchanged`. */
  readonly what: string;
  readonly unit: Unit;
  readonly measured: number;
  /** The baseline value, in the same unit. The benchmark's title names the baseline. */
  readonly baseline?: number;
  readonly aim?: Aim;
}

/** `RTT`: round trips to another host. */
export type Unit = "RTT" | "ms" | "µs" | "MB" | "kB" | "calls" | "calls/s" | "handles" | "resources";

/** `times`: the maximum ratio of the figure to the baseline. `value`: the maximum figure itself, in its unit. */
export type Aim = { readonly times: number } | { readonly value: number };

interface Comparison {
  readonly baseline?: number;
  /** The aim: the maximum ratio to the baseline. */
  readonly times?: number;
  /** The aim: the maximum, in the figure's unit. */
  readonly most?: number;
}

export function figure(what: string, unit: Unit, measured: number, compared: Comparison = {}): Figure {
  const { baseline, times, most } = compared;
  const aim = times === undefined ? (most === undefined ? {} : { aim: { value: most } }) : { aim: { times } };
  return { what, unit, measured, ...(baseline !== undefined && { baseline }), ...aim };
}

/** Undefined if there is no comparison. */
export function ratioOf({ measured, baseline }: Figure): number | undefined {
  return baseline === undefined ? undefined : measured / baseline;
}

/** Undefined if there is no aim. A figure that equals its aim meets it. */
export function meetsAim(figure: Figure): boolean | undefined {
  const { aim, measured } = figure;
  if (aim === undefined) return undefined;
  if ("value" in aim) return measured <= aim.value;
  const ratio = ratioOf(figure);
  if (ratio === undefined) throw new Error(`${figure.what}: an aim in times of a baseline, and no baseline`);
  return ratio <= aim.times;
}

/** A benchmark could not be run, with a reason for a person. The others still run. */
export class NotMeasured extends Error {}

/** One group of figures: `npm run bench -- --only <name>`. */
export interface Benchmark {
  readonly name: string;
  /** The subject and the baseline, in words. */
  readonly title: string;
  /** Throws `NotMeasured` if it cannot measure. */
  readonly measure: (context: BenchmarkContext) => readonly Figure[] | Promise<readonly Figure[]>;
}

export interface BenchmarkContext {
  /** How often everything is run, after one warm-up run. */
  readonly rounds: number;
  /** The environment of the committed config that represents a project of ordinary size. */
  readonly environment: string;
}
