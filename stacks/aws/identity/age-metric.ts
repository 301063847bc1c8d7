import type { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { CloudwatchLogMetricFilter } from "@cdktf/provider-aws/lib/cloudwatch-log-metric-filter";
import { Construct } from "constructs";

export interface AgeMetricProps {
  /** Log group of the rotation function. */
  readonly logGroup: CloudwatchLogGroup;
  /** Name of the filter. */
  readonly name: string;
  /** `storefront-dev`. */
  readonly namespace: string;
}

/** A secret's age in days, as a metric by client. The function logs it at each check and after each rotation. */
export class AgeMetric extends Construct {
  static readonly METRIC = "ClientSecretAgeDays";

  readonly resource: CloudwatchLogMetricFilter;

  constructor(scope: Construct, id: string, props: AgeMetricProps) {
    super(scope, id);
    this.resource = new CloudwatchLogMetricFilter(this, "Filter", {
      name: props.name,
      logGroupName: props.logGroup.name,
      pattern: '{ $.event = "secret-age" }',
      metricTransformation: {
        name: AgeMetric.METRIC,
        namespace: props.namespace,
        value: "$.ageDays",
        dimensions: { Client: "$.client" },
      },
    });
  }
}
