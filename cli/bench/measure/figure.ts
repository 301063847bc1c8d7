/** One line of what `npm run bench` prints. */
export interface Figure {
  /** `time, sources unchanged`. */
  readonly what: string;
  readonly unit: Unit;
  readonly measured: number;
  /** What it is compared with, in the same unit; the benchmark's title names it. */
  readonly baseline?: number;
  readonly aim?: Aim;
}

export type Unit = "ms" | "µs" | "MB" | "kB" | "calls" | "calls/s" | "handles" | "resources";

/** `times`: how often the baseline goes into the figure at most. `value`: the figure itself at most, in its unit. */
export type Aim = { readonly times: number } | { readonly value: number };

/** Undefined where nothing is compared. */
export function ratioOf({ measured, baseline }: Figure): number | undefined {
  return baseline === undefined ? undefined : measured / baseline;
}

/** Undefined where nothing was aimed at. A figure that meets its aim exactly meets it. */
export function meetsAim(figure: Figure): boolean | undefined {
  const { aim, measured } = figure;
  if (aim === undefined) return undefined;
  if ("value" in aim) return measured <= aim.value;
  const ratio = ratioOf(figure);
  if (ratio === undefined) throw new Error(`${figure.what}: an aim in times of a baseline, and no baseline`);
  return ratio <= aim.times;
}

/** A benchmark could not be run, for a reason that a person can read. The others still are. */
export class NotMeasured extends Error {}

/** One group of figures: `npm run bench -- --only <name>`. */
export interface Benchmark {
  readonly name: string;
  /** Says what is measured, and against what. */
  readonly title: string;
  /** Throws `NotMeasured` where it cannot. */
  readonly measure: (context: BenchmarkContext) => readonly Figure[] | Promise<readonly Figure[]>;
}

export interface BenchmarkContext {
  /** How often everything is run, after one run to warm up. */
  readonly rounds: number;
  /** The environment of the committed config that stands for a project of ordinary size. */
  readonly environment: string;
}
