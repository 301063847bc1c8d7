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
  /** The alarm fires at this value and above. */
  readonly threshold: number;
  readonly periodSeconds: number;
  /** How many of the latest periods must reach the threshold: 2 of 3. */
  readonly periods: { readonly breaching: number; readonly of: number };
  /** ARNs of SNS topics. Empty: the alarm is visible only in CloudWatch. */
  readonly actions: readonly string[];
}

/** Fires when a metric, or a value computed from several, reaches its threshold. Missing data does not fire it. */
export function declareAlarm(scope: Construct, id: string, props: AlarmProps): CloudwatchMetricAlarm {
  return new CloudwatchMetricAlarm(scope, id, {
    alarmName: props.name,
    alarmDescription: `${props.meaning} (${runbookOf(props.runbook)})`,
    ...("expression" in props.of
      ? computed(props.of, props)
      : { ...metricOf(props.of, props), statistic: props.of.statistic }),
    evaluationPeriods: props.periods.of,
    datapointsToAlarm: props.periods.breaching,
    comparisonOperator: "GreaterThanOrEqualToThreshold",
    threshold: props.threshold,
    treatMissingData: "notBreaching",
    ...actionsOf(props.actions),
  });
}

/** An alarm without topics has no such argument: an empty list would show as a change in each plan. */
export function actionsOf(actions: readonly string[]): { readonly alarmActions?: string[] } {
  return actions.length > 0 ? { alarmActions: [...actions] } : {};
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
