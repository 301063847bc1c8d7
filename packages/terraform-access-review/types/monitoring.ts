import { covered } from "./covered";
import type { ResourceType } from "./resource-type";

/** The fewer of what it counts set an alarm off, the safer. */
const sensitive = (value: unknown) => -Number(value ?? Number.POSITIVE_INFINITY);
/** Names and texts of an alarm. To notify one more receiver gives that receiver an alarm's name and state, and no more. */
const OF_ALARMS = [covered(/^(alarm_description|alarm_name|arn)$/), covered(/^(alarm|ok)_actions$/, "added")];

/** What watches the gateway. None of it gives access; some of it is missed when it goes. */
export const MONITORING: Readonly<Record<string, ResourceType>> = {
  aws_cloudwatch_composite_alarm: {
    kind: "alarm",
    writes: ["alarm_actions", "alarm_description", "alarm_name", "alarm_rule"],
    replaces: ["alarm_name"],
    covered: OF_ALARMS,
    refersTo: { alarm_rule: ["aws_cloudwatch_metric_alarm.arn"] },
  },
  aws_cloudwatch_dashboard: {
    named: ["dashboard", "dashboard_name"],
    writes: ["dashboard_body", "dashboard_name"],
    replaces: ["dashboard_name"],
    // A text: to see a metric takes a right to the metric.
    covered: [covered(/./)],
    isHarmlessAlone: true,
    refersTo: { dashboard_body: ["aws_apigatewayv2_api.id"] },
  },
  aws_cloudwatch_log_metric_filter: {
    writes: [
      "log_group_name",
      "metric_transformation.default_value",
      "metric_transformation.dimensions",
      "metric_transformation.name",
      "metric_transformation.namespace",
      "metric_transformation.value",
      "name",
      "pattern",
    ],
    replaces: ["log_group_name", "name"],
    covered: [covered(/^name$/)],
    refersTo: { log_group_name: ["aws_cloudwatch_log_group.name"] },
  },
  aws_cloudwatch_metric_alarm: {
    kind: "alarm",
    writes: [
      "alarm_actions",
      "alarm_description",
      "alarm_name",
      "comparison_operator",
      "datapoints_to_alarm",
      "dimensions",
      "evaluation_periods",
      "metric_name",
      "metric_query.expression",
      "metric_query.id",
      "metric_query.metric.dimensions",
      "metric_query.metric.metric_name",
      "metric_query.metric.namespace",
      "metric_query.metric.period",
      "metric_query.metric.stat",
      "metric_query.return_data",
      "namespace",
      "period",
      "statistic",
      "threshold",
      "treat_missing_data",
    ],
    replaces: ["alarm_name"],
    covered: [...OF_ALARMS, covered(/^threshold$/)],
    guards: { threshold: sensitive },
    refersTo: { metric_query: ["aws_apigatewayv2_api.id"] },
  },
  google_monitoring_dashboard: {
    kind: "dashboard",
    writes: ["dashboard_json"],
    replaces: ["project"],
    covered: [covered(/./)],
    isHarmlessAlone: true,
    refersTo: { dashboard_json: ["google_monitoring_slo.name"] },
  },
  google_monitoring_service: {
    named: ["monitored service", "service_id"],
    writes: [
      "basic_service.service_labels.location",
      "basic_service.service_labels.service_name",
      "basic_service.service_type",
      "display_name",
      "service_id",
    ],
    replaces: ["basic_service", "project", "service_id"],
    covered: [covered(/^(basic_service|display_name|name|service_id|telemetry)\b/)],
    isHarmlessAlone: true,
  },
  google_monitoring_slo: {
    named: ["objective", "display_name"],
    writes: [
      "basic_sli.availability.enabled",
      "basic_sli.latency.threshold",
      "display_name",
      "goal",
      "rolling_period_days",
      "service",
      "slo_id",
    ],
    replaces: ["project", "service", "slo_id"],
    covered: [covered(/^(basic_sli|display_name|goal|name|rolling_period_days|service|slo_id)\b/)],
    isHarmlessAlone: true,
    refersTo: { service: ["google_monitoring_service.service_id"] },
  },
};
