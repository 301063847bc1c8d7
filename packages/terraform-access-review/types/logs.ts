import { canonical } from "../terraform-json/order";
import { isReferenceTo } from "../terraform-json/references";
import type { Attributes } from "../terraform-json/stack-json";
import { known } from "./covered";
import type { ResourceType } from "./resource-type";
import { longerRetention, on, unlessOn } from "./strength";

export const LOGS: Readonly<Record<string, ResourceType>> = {
  aws_cloudwatch_event_rule: { replaces: ["event_bus_name", "name", "name_prefix"], covered: [/^(arn|name)$/] },
  aws_cloudwatch_event_target: {
    replaces: ["event_bus_name", "rule", "target_id"],
    covered: [known(/^(arn|rule)$/)],
    // Events may go to a target that the stack does not contain.
    isRead: ({ arn }) => isReferenceTo(arn, "aws_lambda_function.arn"),
  },
  aws_cloudwatch_log_group: {
    named: ["log group", "name"],
    replaces: ["name", "name_prefix"],
    loss: "every log line in it",
    covered: [/^(name|retention_in_days)$/],
    guards: { retention_in_days: longerRetention },
    isHarmlessAlone: true,
  },
  aws_cloudwatch_query_definition: {
    // Only a text. Running the query requires permissions on the groups that it names.
    covered: [/./],
  },
  google_logging_log_view: {
    named: ["log view", "name"],
    replaces: ["bucket", "location", "name", "parent"],
    covered: [/^(name|filter|create_time|update_time)$/],
  },
  google_logging_log_view_iam_binding: {
    replaces: ["bucket", "condition", "location", "name", "parent", "role"],
    covered: [/^(members?|role|condition)\b/, /^etag$/],
  },
  google_logging_project_bucket_config: {
    named: ["log bucket", "bucket_id"],
    replaces: ["bucket_id", "location", "project"],
    loss: "every log entry in it, after seven days in which it can be restored and its name is blocked",
    going: { lifecycle_state: /^(DELETE_REQUESTED|FAILED)$/ },
    restore: ({ bucket_id, location, project }) =>
      `gcloud logging buckets undelete ${bucket_id} --location=${location} --project=${project}`,
    covered: [/^(bucket_id|lifecycle_state|name|retention_days|locked)$/],
    // Unset, like 0, is Google's default of 30 days.
    guards: { locked: on, retention_days: (value) => Number(value) || 30 },
    // Google's own buckets exist already, and keep their entries for 30 days.
    isRead: ({ bucket_id, retention_days }) => !(/^_/.test(bucket_id) && Number(retention_days) < 30),
  },
  google_logging_project_sink: {
    named: ["sink", "name"],
    replaces: ["name", "project"],
    covered: [
      /^(name|filter|disabled)$/,
      // A bucket of the same project accepts any identity of the sink.
      /^(unique_writer_identity|writer_identity)$/,
    ],
    guards: { disabled: unlessOn },
  },
  google_project_iam_audit_config: {
    kind: "project",
    replaces: ["project", "service"],
    covered: [{ path: /^audit_log_config$/, only: "added", where: ({ after }) => !exempts(after) }],
    guards: {
      audit_log_config: (value) =>
        auditedTypes(value).size - JSON.stringify(value ?? "").split("exempted_members").length,
    },
    protection: { words: "an audit log of its data" },
    isRead: ({ audit_log_config }) => !exempts(audit_log_config),
  },
};

/** The audited log types. A second entry of the same type adds nothing. */
function auditedTypes(value: unknown): ReadonlySet<unknown> {
  return new Set([value ?? []].flat().map((entry: Attributes) => entry.log_type));
}

/** Whether an entry of an audit configuration omits the reads of some members from the log. */
function exempts(entry: unknown): boolean {
  return /"exempted_members":\[[^\]]/.test(canonical(entry ?? null));
}
