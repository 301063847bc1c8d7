import type { TypeFacts } from "./facts";

/** The types by which a client's secret is rotated, and somebody is told when it is not. */
export const ROTATION_FACTS: Readonly<Record<string, TypeFacts>> = {
  aws_cloudwatch_event_rule: { forces: ["event_bus_name", "name", "name_prefix"] },
  aws_cloudwatch_event_target: {
    forces: ["event_bus_name", "rule", "target_id"],
    sets: [
      "ecs_target.capacity_provider_strategy",
      "ecs_target.network_configuration.security_groups",
      "ecs_target.network_configuration.subnets",
      "ecs_target.placement_constraint",
      "sagemaker_pipeline_target.pipeline_parameter_list",
    ],
  },
  aws_cloudwatch_log_metric_filter: { forces: ["log_group_name", "name"] },
  aws_cloudwatch_metric_alarm: {
    forces: ["alarm_name"],
    sets: ["alarm_actions", "insufficient_data_actions", "metric_query", "ok_actions"],
  },
  aws_secretsmanager_secret_rotation: { forces: ["secret_id"] },
};
