import { type Told, told } from "./told-of";

/**
 * What is told of a client's rotation. How often it is, and at what an alarm goes off, is a guard; an alarm that looks at
 * something else, or a check that asks something else, somebody must read.
 */
export const TOLD_OF_ROTATION: Readonly<Record<string, readonly Told[]>> = {
  aws_cloudwatch_event_rule: [told(/^(arn|name)$/)],
  aws_cloudwatch_event_target: [{ path: /^(arn|rule)$/, only: "changed", known: true }],
  aws_cloudwatch_log_metric_filter: [told(/^name$/)],
  aws_cloudwatch_metric_alarm: [
    told(/^(alarm_description|alarm_name|arn|threshold)$/),
    told(/^(alarm|ok)_actions$/, "added"),
  ],
  aws_secretsmanager_secret_rotation: [
    told(/^(rotation_enabled|rotation_rules\.automatically_after_days)$/),
    { path: /^(rotation_lambda_arn|secret_id)$/, only: "changed", known: true },
  ],
};
