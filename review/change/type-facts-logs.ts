import type { TypeFacts } from "./facts";

/** The types that auditors read by. What is not here is updated in place. */
export const LOG_FACTS: Readonly<Record<string, TypeFacts>> = {
  aws_cloudwatch_query_definition: { forces: [] },
  google_logging_log_view: { forces: ["bucket", "location", "name", "parent"] },
  google_logging_log_view_iam_binding: {
    forces: ["bucket", "condition", "location", "name", "parent", "role"],
    sets: ["members"],
  },
  google_logging_project_bucket_config: {
    forces: ["bucket_id", "location", "project"],
    sets: ["index_configs"],
    loss: "every log entry in it, after seven days in which its name is blocked and it can be brought back",
  },
  google_logging_project_sink: { forces: ["name", "project"] },
};
