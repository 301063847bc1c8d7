import type { Action } from "../change/model";
import type { AccessLine, Report } from "./report";

/** A sentence that does not say which condition is followed by it: to expect one condition is to expect no other. */
function words({ sentence, row, before, after }: AccessLine): string {
  return row !== undefined && before !== undefined && after !== undefined ? `${sentence}: ${after}` : sentence;
}

/** What of a report can be expected beforehand, each as the words by which an allowance names it. */
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
