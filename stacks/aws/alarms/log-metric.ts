import type { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { CloudwatchLogMetricFilter } from "@cdktf/provider-aws/lib/cloudwatch-log-metric-filter";
import type { Construct } from "constructs";
import type { Metric } from "./metric";

export interface LogMetricProps {
  /** Name of the filter, unique in its log group. */
  readonly name: string;
  readonly logGroup: CloudwatchLogGroup;
  /** Lines that count, in CloudWatch's filter syntax; at most 1,024 characters. */
  readonly pattern: string;
  readonly metric: Pick<Metric, "namespace" | "name">;
  /** Whether the metric is 0 while other lines arrive. Unset: it has no value then, and costs nothing. */
  readonly isZeroOtherwise?: boolean;
}

/**
 * Counts the lines of a log group that match. The metric has no dimensions: their values would come from log lines, so
 * a caller could create any number of metrics, each at a cost.
 */
export function countLines(scope: Construct, id: string, props: LogMetricProps): void {
  const { logGroup, metric, isZeroOtherwise, ...named } = props;
  new CloudwatchLogMetricFilter(scope, id, {
    ...named,
    logGroupName: logGroup.name,
    metricTransformation: {
      name: metric.name,
      namespace: metric.namespace,
      value: "1",
      ...(isZeroOtherwise && { defaultValue: "0" }),
    },
  });
}
