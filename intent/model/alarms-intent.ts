import type { AlarmKey } from "./alarm-table";

/** The alarms of an environment that has some. */
export interface AlarmsIntent {
  /** ARNs of the SNS topics that alarms notify, sorted. Empty: alarms are visible only in CloudWatch. */
  readonly actions: readonly string[];
  /** Thresholds by the alarm's config key. A missing one means that there is no such alarm. */
  readonly thresholds: Readonly<Partial<Record<AlarmKey, number>>>;
  /** Concurrent executions of the AWS account in the region. */
  readonly accountConcurrency: number;
}
