/** One line of the output of `npm run bench`. */
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
export type Unit = "RTT" | "ms" | "µs" | "MB" | "kB" | "calls" | "resources";

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
  if (ratio === undefined) throw new Error(`${figure.what}: has an aim relative to a baseline, but no baseline`);
  return ratio <= aim.times;
}

/** A benchmark could not be run, with the reason for the reader. The others still run. */
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

/**
 * Width of each column. It is the same for all benchmarks, so their tables line up although each is printed when done.
 */
const WIDTHS = { what: 46, measured: 14, baseline: 14, ratio: 8, aim: 10, met: 5 } as const;

/** One benchmark's result as plain lines: its title, which names the baseline, the head, and one line per figure. */
export function tableLines(title: string, figures: readonly Figure[]): readonly string[] {
  return [
    title,
    line({ what: "", measured: "measured", baseline: "baseline", ratio: "ratio", aim: "aim", met: "met" }),
    ...figures.map(figureLine),
  ];
}

function figureLine(figure: Figure): string {
  const { what, unit, measured, baseline, aim } = figure;
  const ratio = ratioOf(figure);
  const met = meetsAim(figure);
  return line({
    what,
    measured: quantity(measured, unit),
    baseline: baseline === undefined ? "" : quantity(baseline, unit),
    ratio: ratio === undefined ? "" : times(ratio),
    aim: aim === undefined ? "" : aimText(aim, unit),
    met: met === undefined ? "" : met ? "yes" : "no",
  });
}

function line(cells: Readonly<Record<keyof typeof WIDTHS, string>>): string {
  const { what, ...numbers } = WIDTHS;
  const right = Object.entries(numbers).map(([column, width]) => cells[column as keyof typeof numbers].padStart(width));
  return `  ${cells.what.padEnd(what)}${right.join("")}`.trimEnd();
}

function aimText(aim: Aim, unit: Unit): string {
  return "times" in aim ? `<= ${aim.times}x` : `<= ${aim.value} ${unit}`;
}

/** Times and sizes have three digits, because a benchmark is not more precise. Counts are exact. */
function quantity(value: number, unit: Unit): string {
  if (unit === "calls" || unit === "resources") return `${value} ${unit}`;
  if (unit === "RTT") return `${value.toFixed(1)} ${unit}`;
  return `${value < 10 ? value.toFixed(2) : value < 100 ? value.toFixed(1) : Math.round(value)} ${unit}`;
}

function times(ratio: number): string {
  return `${ratio.toFixed(2)}x`;
}
