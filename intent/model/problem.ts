/** Where in the config something is written. */
export interface Place {
  /** Relative to the project's folder: `config/prod.yaml`. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  /** `services.orders.scaling.max`; empty if the problem concerns the whole file. */
  readonly path: string;
  /** Page and anchor that document the key: `docs/reference/config.md#services.scaling.max`. */
  readonly reference?: string;
}

/** One problem in the config: its place, the message and the remedy. */
export interface Problem extends Place {
  /** `got …, expected … (whose limit)`. */
  readonly message: string;
  readonly remedy: string;
}

/** Two or three lines: place and message, the remedy, and where the reference documents the key. */
export function formatProblem({ file, line, column, path, message, remedy, reference }: Problem): string {
  const what = [`${file}:${line}:${column}`, path, message].filter((part) => part !== "").join("  ");
  return [what, remedy, ...(reference === undefined ? [] : [reference])].join("\n    ");
}

/** Maximum number of problems in one report: more would scroll the first ones off the screen. */
export const MOST_PROBLEMS = 50;

/**
 * The report on an invalid config: at most 50 problems, and their total number.
 *
 * @param rulesWait whether the rules have not run yet
 */
export function formatRefusal(problems: readonly Problem[], rulesWait: boolean): string {
  const { length } = problems;
  return [
    ...problems.slice(0, MOST_PROBLEMS).map(formatProblemBefore),
    ...(length > MOST_PROBLEMS ? [`and ${length - MOST_PROBLEMS} more`] : []),
    `${length} ${length === 1 ? "problem" : "problems"} in config/: nothing was written`,
    ...(rulesWait ? ["rules are checked only after syntax and schema are valid"] : []),
  ].join("\n");
}

/** Problems of one key that follow each other have its address once, below the last. */
function formatProblemBefore({ reference, ...problem }: Problem, index: number, shown: readonly Problem[]): string {
  const isLast = reference !== shown[index + 1]?.reference;
  return formatProblem({ ...problem, ...(isLast && reference !== undefined && { reference }) });
}

/** Sorts problems in reading order: by file, then from top to bottom. */
export function compareProblems(a: Problem, b: Problem): number {
  return (
    compareText(a.file, b.file) ||
    a.line - b.line ||
    a.column - b.column ||
    compareText(a.path, b.path) ||
    compareText(a.message, b.message)
  );
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
