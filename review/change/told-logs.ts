import { type Told, told } from "./told-of";

/** What is told of the types that auditors read by: rows have who reads which view of which logs. */
export const TOLD_OF_LOGS: Readonly<Record<string, readonly Told[]>> = {
  // A text: whoever runs it needs a right to the groups it names.
  aws_cloudwatch_query_definition: [told(/./)],
  google_logging_log_view: [told(/^(name|filter|create_time|update_time)$/)],
  google_logging_log_view_iam_binding: [told(/^(members?|role|condition)\b/), told(/^etag$/)],
  google_logging_project_bucket_config: [told(/^(bucket_id|lifecycle_state|name|retention_days|locked)$/)],
  google_logging_project_sink: [
    told(/^(name|filter|disabled)$/),
    // A bucket of the same project takes whatever identity comes with the sink.
    told(/^(unique_writer_identity|writer_identity)$/),
  ],
};
