import { CloudwatchMetricAlarm } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { ALARMS, runbookOf } from "../../../intent/model/alarm-table";
import { actionsOf } from "../alarms/alarm";

export interface AlarmProps {
  /** Name of the rotation function, the prefix of the alarm's name. */
  readonly functionName: string;
  /** Id of the client in the config. */
  readonly client: string;
  /** ARNs of SNS topics. Empty: the alarm is visible only in CloudWatch. */
  readonly actions: readonly string[];
}

export interface LateAlarmProps extends AlarmProps {
  /** `storefront-dev`. */
  readonly namespace: string;
  readonly everyDays: number;
  /** How much older the secret may get. Secrets Manager chooses the hour of the day, and retries. */
  readonly graceDays: number;
  /**
   * Resources that report the first age. An alarm created before the filter and the first rotation would always go off.
   * It may still go off once: RotateSecret returns before the function has run, and the function logs the age at its
   * end.
   */
  readonly after: readonly ITerraformDependable[];
}

/** A secret's age in days, by client. */
export const AGE_METRIC = "ClientSecretAgeDays";

const DAY_SECONDS = 86_400;

/** Goes off when the secret is too old, or its age has not been reported for two days. */
export class LateAlarm extends Construct {
  constructor(scope: Construct, id: string, props: LateAlarmProps) {
    super(scope, id);
    new CloudwatchMetricAlarm(this, "Alarm", {
      alarmName: `${props.functionName}-late`,
      alarmDescription: `The client secret of ${props.client} was not rotated in time, or its age is unknown (${runbookOf(ALARMS.lateRotationDays.id)})`,
      namespace: props.namespace,
      metricName: AGE_METRIC,
      dimensions: { Client: props.client },
      statistic: "Maximum",
      // An alarm evaluates one week at most (CloudWatch, "PutMetricAlarm").
      period: DAY_SECONDS,
      evaluationPeriods: 2,
      datapointsToAlarm: 2,
      comparisonOperator: "GreaterThanThreshold",
      threshold: props.everyDays + props.graceDays,
      treatMissingData: "breaching",
      ...actionsOf(props.actions),
      dependsOn: [...props.after],
    });
  }
}

/** Goes off when a step of a rotation, or a check, fails. Callers continue to use the current secret. */
export class FailedAlarm extends Construct {
  constructor(scope: Construct, id: string, props: AlarmProps) {
    super(scope, id);
    new CloudwatchMetricAlarm(this, "Alarm", {
      alarmName: `${props.functionName}-failed`,
      alarmDescription: `The function that rotates the client secret of ${props.client} has failed (${runbookOf("failed-rotation")})`,
      namespace: "AWS/Lambda",
      metricName: "Errors",
      dimensions: { FunctionName: props.functionName },
      statistic: "Sum",
      period: 300,
      evaluationPeriods: 1,
      comparisonOperator: "GreaterThanOrEqualToThreshold",
      threshold: 1,
      treatMissingData: "notBreaching",
      ...actionsOf(props.actions),
    });
  }
}
