/** What the types refer to by which a client's secret is rotated. */
export const ROTATION_TARGETS: Readonly<Record<string, readonly string[]>> = {
  "aws_cloudwatch_event_target.arn": ["aws_lambda_function.arn"],
  "aws_cloudwatch_event_target.rule": ["aws_cloudwatch_event_rule.name"],
  "aws_cloudwatch_log_metric_filter.log_group_name": ["aws_cloudwatch_log_group.name"],
  "aws_secretsmanager_secret_rotation.rotation_lambda_arn": ["aws_lambda_function.arn"],
  "aws_secretsmanager_secret_rotation.secret_id": ["aws_secretsmanager_secret.id"],
};
