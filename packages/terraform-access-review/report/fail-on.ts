import { expectable } from "./expectable";
import type { Report } from "./report";

/**
 * The reasons for which a pipeline may require an approval, each with the parts of a report that it covers, in the
 * words of an allowance.
 */
const REASONS = {
  broadened: (report: Report) => expectable.broadened(report),
  destroy: (report: Report) => expectable.going(report, "destroyed"),
  replace: (report: Report) => expectable.going(report, "replaced"),
  drift: (report: Report) => report.drift.map(({ address }) => `drifted: ${address}`),
} as const;

export type FailOn = keyof typeof REASONS;

/** Parses reasons such as `broadened,destroy`. Throws an Error that names the first unknown one. */
export function reasonsIn(text: string | undefined): readonly FailOn[] {
  const names = text === undefined ? [] : text.split(",").map((name) => name.trim());
  const unknown = names.find((name) => !Object.hasOwn(REASONS, name));
  if (unknown === undefined) return names as FailOn[];
  throw new Error(
    `--fail-on ${text}: ${JSON.stringify(unknown)} is no reason\n    any of ${Object.keys(REASONS).join(", ")}, separated by commas`,
  );
}

/** The reasons that apply to a change that no allowance expects. */
export function reasonsMet(
  asked: readonly FailOn[],
  report: Report,
  expected: readonly string[] = [],
): readonly FailOn[] {
  return asked.filter((name) => REASONS[name](report).some((change) => !expected.includes(change)));
}
