/** Where in the config something is written. */
export interface Place {
  /** As people type it from the project's folder: `config/prod.yaml`. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  /** `services.orders.scaling.max`; empty for a fault of the file as a whole. */
  readonly path: string;
}

/** One thing wrong with the config: where it stands, what it is, and what to do about it. */
export interface Problem extends Place {
  /** `got …, expected … (whose limit)`. */
  readonly message: string;
  readonly remedy: string;
}

/** Two lines: where and what, then what to do. */
export function formatProblem(problem: Problem): string {
  const where = `${problem.file}:${problem.line}:${problem.column}`;
  const what = [where, problem.path, problem.message].filter((part) => part !== "").join("  ");
  return `${what}\n    ${problem.remedy}`;
}

/** Problems that one report shows: more would scroll the first ones away. */
export const SHOWN = 50;

/**
 * The report of a config that is refused: at most 50 problems, and how many there are.
 *
 * @param rulesWait whether no rule has looked yet
 */
export function formatRefusal(problems: readonly Problem[], rulesWait: boolean): string {
  const { length } = problems;
  return [
    ...problems.slice(0, SHOWN).map(formatProblem),
    ...(length > SHOWN ? [`and ${length - SHOWN} more`] : []),
    `${length} ${length === 1 ? "problem" : "problems"} in config/: nothing was written`,
    ...(rulesWait ? ["the rules are checked once syntax and schema have no problem"] : []),
  ].join("\n");
}

/** Sorts problems as a person reads the files: by file, from top to bottom. */
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
