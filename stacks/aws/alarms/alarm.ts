import { CloudwatchMetricAlarm } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";
import type { Construct } from "constructs";
import { runbookOf } from "../../../intent/model/alarm-table";
import type { Computed, Metric } from "./metric";

export interface AlarmProps {
  /** `storefront-dev-gateway-errors`; at most 255 characters. */
  readonly name: string;
  /** Why the alarm notifies a person: one sentence without a full stop. */
  readonly meaning: string;
  /** Heading in docs/how-to/incidents.md. */
  readonly runbook: string;
  readonly of: Metric | Computed;
  /** The alarm fires at this value and above, or below it if `isMinimum`. */
  readonly threshold: number;
  /** Default: false. */
  readonly isMinimum?: boolean;
  readonly periodSeconds: number;
  /** How many of the latest periods must reach the threshold: 2 of 3. */
  readonly periods: { readonly breaching: number; readonly of: number };
  /** State of a period without data; `ignore` keeps the alarm as it is. Default: `notBreaching`. */
  readonly withoutData?: "breaching" | "ignore" | "notBreaching";
  /** ARNs of SNS topics. Empty: the alarm is visible only in CloudWatch. */
  readonly actions: readonly string[];
}

/** Fires when a metric, or a value computed from several, reaches its threshold. */
export function declareAlarm(scope: Construct, id: string, props: AlarmProps): CloudwatchMetricAlarm {
  return new CloudwatchMetricAlarm(scope, id, {
    alarmName: props.name,
    alarmDescription: `${props.meaning} (${runbookOf(props.runbook)})`,
    ...("expression" in props.of
      ? computed(props.of, props)
      : { ...metricOf(props.of, props), statistic: props.of.statistic }),
    evaluationPeriods: props.periods.of,
    datapointsToAlarm: props.periods.breaching,
    comparisonOperator: props.isMinimum ? "LessThanThreshold" : "GreaterThanOrEqualToThreshold",
    threshold: props.threshold,
    treatMissingData: props.withoutData ?? "notBreaching",
    ...actionsOf(props.actions),
  });
}

/**
 * The topics learn when an alarm fires and when it is over, so that an incident closes by itself. An alarm without topics
 * has no such arguments: an empty list would show as a change in each plan.
 */
export function actionsOf(actions: readonly string[]): {
  readonly alarmActions?: string[];
  readonly okActions?: string[];
} {
  return actions.length > 0 ? { alarmActions: [...actions], okActions: [...actions] } : {};
}

function metricOf({ namespace, name, dimensions }: Metric, { periodSeconds }: AlarmProps) {
  return {
    namespace,
    metricName: name,
    ...(Object.keys(dimensions).length > 0 && { dimensions: { ...dimensions } }),
    period: periodSeconds,
  };
}

function computed({ expression, metrics }: Computed, props: AlarmProps) {
  const used = Object.entries(metrics).map(([id, metric]) => ({
    id,
    metric: { ...metricOf(metric, props), stat: metric.statistic },
  }));
  return { metricQuery: [{ id: "value", expression, returnData: true }, ...used] };
}
