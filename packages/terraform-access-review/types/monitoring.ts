import { FEWEST_ERRORS } from "../../../contract/rollout";
import type { AttributeChange } from "../model/change";
import { blocksOf } from "../terraform-json/stack-json";
import { added } from "./covered";
import type { ResourceType } from "./resource-type";

/** A lower threshold is safer. */
const sensitive = (value: unknown) => -Number(value ?? Number.POSITIVE_INFINITY);
/** Names and texts of an alarm. An additional receiver learns only the alarm's name and state. */
const OF_ALARMS = [/^(alarm_description|alarm_name|arn)$/, added(/^(alarm|ok)_actions$/)];

/** A share of errors that counts up to a number of requests, as the stacks write it. */
const SHARE = /^IF\(errors >= (\d+), IF\((\w+) <= (\d+), 100 \* errors \/ \2, 0\), 0\)$/;

/** The number of requests up to which the alarm counts: more is safer. Undefined for an expression of another form. */
function mostRequests(expressions: readonly unknown[]): number | undefined {
  const found = expressions.flatMap((each) => SHARE.exec(String(each)) ?? []);
  return found[1] === String(FEWEST_ERRORS) ? Number(found[3]) : undefined;
}

/** Whether an expression changes in that number alone. */
function countsAlike({ before, after }: Pick<AttributeChange, "before" | "after">): boolean {
  const [was, is] = [before, after].map((each) => SHARE.exec(String(each)));
  const isRead = [before, after].every((each) => mostRequests([each]) !== undefined);
  return isRead && was?.[2] === is?.[2];
}

/** Monitoring of the gateway. It grants no access, but losing some of it is a loss. */
export const MONITORING: Readonly<Record<string, ResourceType>> = {
  aws_cloudwatch_composite_alarm: { kind: "alarm", replaces: ["alarm_name"], covered: OF_ALARMS },
  aws_cloudwatch_dashboard: {
    named: ["dashboard", "dashboard_name"],
    replaces: ["dashboard_name"],
    // Only a text. Viewing a metric requires a permission for the metric.
    covered: [/./],
    isHarmlessAlone: true,
  },
  aws_cloudwatch_log_metric_filter: { replaces: ["log_group_name", "name"], covered: [/^name$/] },
  aws_cloudwatch_metric_alarm: {
    kind: "alarm",
    replaces: ["alarm_name"],
    covered: [...OF_ALARMS, /^threshold$/, { path: /^metric_query\[\w+\]\.expression$/, where: countsAlike }],
    guards: {
      threshold: sensitive,
      metric_query: (value) => mostRequests(blocksOf(value).map((each) => each.expression)) ?? 0,
    },
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
