import { type Aim, type Figure, meetsAim, ratioOf, type Unit } from "./figure";

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

/** A benchmark is not more precise than three digits. Counts are exact. */
function quantity(value: number, unit: Unit): string {
  if (unit === "calls" || unit === "resources") return `${value} ${unit}`;
  if (unit === "RTT") return `${value.toFixed(1)} ${unit}`;
  return `${value < 10 ? value.toFixed(2) : value < 100 ? value.toFixed(1) : Math.round(value)} ${unit}`;
}

function times(ratio: number): string {
  return `${ratio.toFixed(2)}x`;
}
