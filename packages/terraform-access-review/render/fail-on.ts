import type { Action } from "../model/change";
import { groupsAlike } from "./digest";
import { accessSentence } from "./pieces";
import type { AccessLine, Report } from "./report";

/**
 * The reasons for which a pipeline may require an approval, each with the parts of a report that it covers, in the
 * words of an allowance.
 */
const REASONS = {
  broadened: (report: Report) => expectedSentences.broadened(report),
  destroy: (report: Report) => expectedSentences.going(report, "destroyed"),
  replace: (report: Report) => expectedSentences.going(report, "replaced"),
  drift: (report: Report) => report.drift.map(({ address }) => `drifted: ${address}`),
} as const;

export type FailOn = keyof typeof REASONS;

/** Parses reasons such as `broadened,destroy`. Throws an Error that names the first unknown one. */
export function reasonsIn(text: string | undefined): readonly FailOn[] {
  const names = text === undefined ? [] : text.split(",").map((name) => name.trim());
  const unknown = names.find((name) => !Object.hasOwn(REASONS, name));
  if (unknown === undefined) return names as FailOn[];
  throw new Error(
    `--fail-on ${text}: ${JSON.stringify(unknown)} is not a reason\n    any of ${Object.keys(REASONS).join(", ")}, separated by commas`,
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

/** Appends the new condition to a sentence that does not name it, so that an allowance expects only that condition. */
function words({ sentence, change, before, after }: AccessLine): string {
  return change !== undefined && before !== undefined && after !== undefined ? `${sentence}: ${after}` : sentence;
}

/** The parts of a report that an allowance can expect, each in the words of the allowance. */
export const expectedSentences = {
  /** `customers/reporting-agent may now call POST /orders` */
  broadened: ({ access }: Report): readonly string[] =>
    access.filter(({ effect }) => effect === "broadened" || effect === "unjudged").map(words),

  /** The sentences of the changes that a line of the report stands for. Empty if the report has no such line. */
  inLine: ({ access }: Report, line: string): readonly string[] =>
    groupsAlike(access)
      .filter(([shown, all]) => line === accessSentence(shown) || (all.length > 1 && line === shown.sentence))
      .flatMap(([, all]) => all.map(words)),

  /** `replaced: aws_cognito_user_pool.customers` */
  going: ({ losses }: Report, action: Action): readonly string[] =>
    losses.filter((change) => change.action === action).map(({ address }) => `${action}: ${address}`),

  all: (report: Report): readonly string[] => [
    ...expectedSentences.broadened(report),
    ...expectedSentences.going(report, "destroyed"),
    ...expectedSentences.going(report, "replaced"),
  ],
} as const;
