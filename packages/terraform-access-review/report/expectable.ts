import type { Action } from "../model/change";
import type { AccessLine, Report } from "./report";

/** Appends the new condition to a sentence that does not name it, so that an allowance expects only that condition. */
function words({ sentence, row, before, after }: AccessLine): string {
  return row !== undefined && before !== undefined && after !== undefined ? `${sentence}: ${after}` : sentence;
}

/** The parts of a report that an allowance can expect, each in the words of the allowance. */
export const expectable = {
  /** `customers/reporting-agent may now call POST /orders` */
  broadened: ({ access }: Report): readonly string[] =>
    access.filter(({ effect }) => effect === "broadened").map(words),

  /** `replaced: aws_cognito_user_pool.customers` */
  going: ({ losses }: Report, action: Action): readonly string[] =>
    losses.filter((change) => change.action === action).map(({ address }) => `${action}: ${address}`),

  all: (report: Report): readonly string[] => [
    ...expectable.broadened(report),
    ...expectable.going(report, "destroyed"),
    ...expectable.going(report, "replaced"),
  ],
} as const;
