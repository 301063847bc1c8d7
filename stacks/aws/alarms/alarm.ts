import { CloudwatchMetricAlarm } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";
import type { Construct } from "constructs";
import { ALARM_KEYS, ALARMS, type AlarmFact, type AlarmsIntent, runbookOf } from "../../../intent/model/alarm-table";
import type { Computed, Metric } from "./metric";

export interface AlarmProps {
  /** `storefront-dev-gateway-errors`; at most 255 characters. */
  readonly name: string;
  /** Why a person is called: one sentence without its full stop. */
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

/** Fires when a metric, or a value computed from several, reaches its threshold. Silence is no alarm. */
export function declareAlarm(scope: Construct, id: string, props: AlarmProps): CloudwatchMetricAlarm {
  return new CloudwatchMetricAlarm(scope, id, {
    alarmName: props.name,
    alarmDescription: `${props.meaning} (${runbookOf(props.runbook)})`,
    ...("expression" in props.of ? computed(props.of, props) : plain(props.of, props)),
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

function plain({ namespace, name, dimensions, statistic }: Metric, { periodSeconds }: AlarmProps) {
  return {
    namespace,
    metricName: name,
    ...(Object.keys(dimensions).length > 0 && { dimensions: { ...dimensions } }),
    statistic,
    period: periodSeconds,
  };
}

function computed({ expression, metrics }: Computed, { periodSeconds }: AlarmProps) {
  const used = Object.entries(metrics).map(([id, { namespace, name, dimensions, statistic }]) => ({
    id,
    metric: {
      namespace,
      metricName: name,
      ...(Object.keys(dimensions).length > 0 && { dimensions: { ...dimensions } }),
      stat: statistic,
      period: periodSeconds,
    },
  }));
  return { metricQuery: [{ id: "value", expression, returnData: true }, ...used] };
}

interface FactAlarmProps extends Pick<AlarmProps, "of" | "periods" | "threshold"> {
  /** Name after the environment's prefix, and id of the construct. */
  readonly name: string;
}

/** An alarm of the table, with the meaning and the runbook that stand there. Its periods last five minutes. */
export function factAlarm(
  scope: Construct,
  { prefix, alarms }: { readonly prefix: string; readonly alarms: AlarmsIntent },
  { meaning, id }: AlarmFact,
  { name, ...props }: FactAlarmProps,
): void {
  declareAlarm(scope, name, {
    ...props,
    name: `${prefix}-${name}`,
    meaning,
    runbook: id,
    periodSeconds: 300,
    actions: alarms.actions,
  });
}

/** The alarms of the table that config does not leave out. */
export function wantedAlarms({ thresholds }: AlarmsIntent): readonly { fact: AlarmFact; threshold: number }[] {
  return ALARM_KEYS.flatMap((key) => {
    const threshold = thresholds[key];
    return threshold === undefined ? [] : [{ fact: ALARMS[key], threshold }];
  });
}
