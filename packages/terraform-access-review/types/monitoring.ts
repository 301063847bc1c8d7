import { added } from "./covered";
import type { ResourceType } from "./resource-type";

/** The fewer of what it counts set an alarm off, the safer. */
const sensitive = (value: unknown) => -Number(value ?? Number.POSITIVE_INFINITY);
/** Names and texts of an alarm. To notify one more receiver gives that receiver an alarm's name and state, and no more. */
const OF_ALARMS = [/^(alarm_description|alarm_name|arn)$/, added(/^(alarm|ok)_actions$/)];

/** What watches the gateway. None of it gives access; some of it is missed when it goes. */
export const MONITORING: Readonly<Record<string, ResourceType>> = {
  aws_cloudwatch_composite_alarm: { kind: "alarm", replaces: ["alarm_name"], covered: OF_ALARMS },
  aws_cloudwatch_dashboard: {
    named: ["dashboard", "dashboard_name"],
    replaces: ["dashboard_name"],
    // A text: to see a metric takes a right to the metric.
    covered: [/./],
    isHarmlessAlone: true,
  },
  aws_cloudwatch_log_metric_filter: { replaces: ["log_group_name", "name"], covered: [/^name$/] },
  aws_cloudwatch_metric_alarm: {
    kind: "alarm",
    replaces: ["alarm_name"],
    covered: [...OF_ALARMS, /^threshold$/],
    guards: { threshold: sensitive },
  },
  google_monitoring_dashboard: { kind: "dashboard", replaces: ["project"], covered: [/./], isHarmlessAlone: true },
  google_monitoring_service: {
    named: ["monitored service", "service_id"],
    replaces: ["basic_service", "project", "service_id"],
    covered: [/^(basic_service|display_name|name|service_id|telemetry)\b/],
    isHarmlessAlone: true,
  },
  google_monitoring_slo: {
    named: ["objective", "display_name"],
    replaces: ["project", "service", "slo_id"],
    covered: [/^(basic_sli|display_name|goal|name|rolling_period_days|service|slo_id)\b/],
    isHarmlessAlone: true,
  },
};
