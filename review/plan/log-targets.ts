/** What the attributes of the types that auditors read by refer to. */
export const LOG_TARGETS: Readonly<Record<string, readonly string[]>> = {
  "aws_cloudwatch_query_definition.log_group_names": ["aws_cloudwatch_log_group.name"],
  "google_logging_log_view.bucket": ["google_logging_project_bucket_config.bucket_id"],
  "google_logging_log_view_iam_binding.bucket": ["google_logging_log_view.bucket"],
  "google_logging_log_view_iam_binding.name": ["google_logging_log_view.name"],
  "google_logging_log_view_iam_binding.parent": ["google_logging_log_view.parent"],
  "google_logging_project_sink.destination": ["google_logging_project_bucket_config.id"],
};
