import { type PolicyRule, resourcesOf } from "cloud-front-door";

/** A rule of your team: every log group keeps its lines for at most this many days. */
export function shortLogs(days: number): PolicyRule {
  return {
    id: "short-logs",
    findings: (stack) =>
      resourcesOf(stack, "aws_cloudwatch_log_group")
        .filter(({ attributes }) => Number(attributes.retention_in_days) > days)
        .map(({ address, attributes }) => ({
          address,
          message: `keeps lines for ${attributes.retention_in_days} days: expected at most ${days}`,
        })),
  };
}
