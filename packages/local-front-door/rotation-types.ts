const ROTATION = "a client's secret is the same for as long as this program runs";
const WATCH = "who is told when a secret was not rotated; there is no CloudWatch here";

/** Types of a client's rotation, with all their attributes: nothing of it decides on a request. */
export const ROTATION_TYPES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  aws_cloudwatch_event_rule: all(WATCH, "description", "name", "schedule_expression", "state", "tags"),
  aws_cloudwatch_event_target: all(WATCH, "arn", "input", "rule", "target_id"),
  aws_cloudwatch_log_metric_filter: all(WATCH, "log_group_name", "metric_transformation", "name", "pattern"),
  aws_cloudwatch_metric_alarm: all(
    WATCH,
    ...["alarm_actions", "alarm_description", "alarm_name", "comparison_operator", "datapoints_to_alarm", "dimensions"],
    ...["evaluation_periods", "metric_name", "namespace", "period", "statistic", "tags", "threshold"],
    "treat_missing_data",
  ),
  aws_secretsmanager_secret_rotation: all(
    ROTATION,
    ...["rotate_immediately", "rotation_lambda_arn", "rotation_rules", "secret_id"],
  ),
};

function all(reason: string, ...attributes: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(attributes.map((attribute) => [attribute, reason]));
}
