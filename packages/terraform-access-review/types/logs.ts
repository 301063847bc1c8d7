import { isReferenceTo } from "../terraform-json/references";
import type { Attributes } from "../terraform-json/stack-json";
import { covered } from "./covered";
import { exempts } from "./harmless-values";
import type { ResourceType } from "./resource-type";
import { kept, on, unlessOn } from "./strength";

export const LOGS: Readonly<Record<string, ResourceType>> = {
  aws_cloudwatch_event_rule: {
    writes: ["description", "name", "schedule_expression", "state"],
    replaces: ["event_bus_name", "name", "name_prefix"],
    covered: [covered(/^(arn|name)$/)],
  },
  aws_cloudwatch_event_target: {
    writes: ["arn", "input", "rule", "target_id"],
    replaces: ["event_bus_name", "rule", "target_id"],
    covered: [{ path: /^(arn|rule)$/, only: "changed", known: true }],
    // Events go where an address in the stack does not say.
    isRead: ({ arn }) => isReferenceTo(arn, "aws_lambda_function.arn"),
    refersTo: { arn: ["aws_lambda_function.arn"], rule: ["aws_cloudwatch_event_rule.name"] },
  },
  aws_cloudwatch_log_group: {
    named: ["log group", "name"],
    writes: ["name", "retention_in_days"],
    replaces: ["name", "name_prefix"],
    loss: "every log line in it",
    covered: [covered(/^(name|retention_in_days)$/)],
    guards: { retention_in_days: kept },
    isHarmlessAlone: true,
  },
  aws_cloudwatch_query_definition: {
    writes: ["log_group_names", "name", "query_string"],
    // A text: to run it takes a right to the groups that it names.
    covered: [covered(/./)],
    refersTo: { log_group_names: ["aws_cloudwatch_log_group.name"] },
  },
  google_logging_log_view: {
    named: ["log view", "name"],
    writes: ["bucket", "description", "filter", "location", "name", "parent"],
    replaces: ["bucket", "location", "name", "parent"],
    covered: [covered(/^(name|filter|create_time|update_time)$/)],
    refersTo: { bucket: ["google_logging_project_bucket_config.bucket_id"] },
  },
  google_logging_log_view_iam_binding: {
    writes: ["bucket", "location", "members", "name", "parent", "role"],
    replaces: ["bucket", "condition", "location", "name", "parent", "role"],
    covered: [covered(/^(members?|role|condition)\b/), covered(/^etag$/)],
    refersTo: {
      bucket: ["google_logging_log_view.bucket"],
      name: ["google_logging_log_view.name"],
      parent: ["google_logging_log_view.parent"],
    },
  },
  google_logging_project_bucket_config: {
    named: ["log bucket", "bucket_id"],
    writes: ["bucket_id", "description", "location", "project", "retention_days"],
    replaces: ["bucket_id", "location", "project"],
    loss: "every log entry in it, after seven days in which it can be restored and its name is blocked",
    covered: [covered(/^(bucket_id|lifecycle_state|name|retention_days|locked)$/)],
    // Unset, like 0, is Google's default of 30 days.
    guards: { locked: on, retention_days: (value) => Number(value) || 30 },
    // Google's own buckets stand already, and keep their lines for 30 days.
    isRead: ({ bucket_id, retention_days }) => !(/^_/.test(bucket_id) && Number(retention_days) < 30),
  },
  google_logging_project_sink: {
    named: ["sink", "name"],
    writes: ["description", "destination", "filter", "name", "project", "unique_writer_identity"],
    replaces: ["name", "project"],
    covered: [
      covered(/^(name|filter|disabled)$/),
      // A bucket of the same project takes whatever identity comes with the sink.
      covered(/^(unique_writer_identity|writer_identity)$/),
    ],
    guards: { disabled: unlessOn },
    refersTo: { destination: ["google_logging_project_bucket_config.id"] },
  },
  google_project_iam_audit_config: {
    kind: "project",
    writes: ["audit_log_config.log_type", "project", "service"],
    replaces: ["project", "service"],
    covered: [covered(/^audit_log_config$/, "added", ({ after }) => !exempts(after))],
    guards: {
      audit_log_config: (value) =>
        auditedTypes(value).size - JSON.stringify(value ?? "").split("exempted_members").length,
    },
    protection: { words: "an audit log of its data" },
    isRead: ({ audit_log_config }) => !exempts(audit_log_config),
  },
};

/** A second entry of one type of log adds nothing. */
function auditedTypes(value: unknown): ReadonlySet<unknown> {
  return new Set([value ?? []].flat().map((entry: Attributes) => entry.log_type));
}
