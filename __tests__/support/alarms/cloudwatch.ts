import type { Synthesized } from "../stack";
import { matches } from "./filter-pattern";
import { evaluated } from "./metric-math";

/** The events within one period of an alarm. */
export interface Sample {
  /** Lines by the Terraform name of their log group. */
  readonly lines?: Readonly<Record<string, readonly string[]>>;
  /** Values of AWS's own metrics, by name: `Count`, `Latency`. */
  readonly metrics?: Readonly<Record<string, number>>;
}

interface MetricQuery {
  readonly id: string;
  readonly expression?: string;
  readonly metric?: { readonly namespace: string; readonly metric_name: string };
}

const REACHES: Readonly<Record<string, (value: number, threshold: number) => boolean>> = {
  GreaterThanThreshold: (value, threshold) => value > threshold,
  GreaterThanOrEqualToThreshold: (value, threshold) => value >= threshold,
  LessThanThreshold: (value, threshold) => value < threshold,
};

/** Evaluates a stack's filters and alarms as CloudWatch would. */
export class CloudWatch {
  private readonly known = new Map<string, boolean>();

  constructor(
    private readonly stack: Synthesized,
    private readonly namespace: string,
  ) {}

  /** Whether an alarm is in the state ALARM after these periods, the latest last. */
  fires(name: string, periods: readonly Sample[]): boolean {
    const alarm = this.stack.resource("aws_cloudwatch_metric_alarm", name);
    const reaches = REACHES[alarm.comparison_operator];
    if (reaches === undefined) throw new Error(`unknown comparison ${alarm.comparison_operator}`);
    const values = periods.slice(-alarm.evaluation_periods).map((sample) => this.value(alarm, sample));
    if (alarm.treat_missing_data === "ignore" && values.every((value) => value === undefined)) {
      return periods.length > 0 && this.fires(name, periods.slice(0, -1));
    }
    const breaching = values.filter((value) =>
      value === undefined ? alarm.treat_missing_data === "breaching" : reaches(value, alarm.threshold),
    );
    return breaching.length >= (alarm.datapoints_to_alarm ?? alarm.evaluation_periods);
  }

  /** Whether a composite alarm is in the state ALARM, if these metric alarms are. */
  joins(name: string, firing: readonly string[]): boolean {
    const rule: string = this.stack.resource("aws_cloudwatch_composite_alarm", name).alarm_rule;
    const said = rule
      .replace(/ALARM\("\$\{aws_cloudwatch_metric_alarm\.(\w+)\.arn\}"\)/g, (_, each) =>
        firing.includes(each) ? "1" : "0",
      )
      .replaceAll("AND", "*")
      .replaceAll("OR", "+");
    return (evaluated(said, {}) ?? 0) > 0;
  }

  // biome-ignore lint/suspicious/noExplicitAny: Terraform's JSON
  private value(alarm: any, sample: Sample): number | undefined {
    if (alarm.metric_query === undefined) return this.metric(alarm.namespace, alarm.metric_name, sample);
    const queries: readonly MetricQuery[] = alarm.metric_query;
    const metrics = queries.flatMap(({ id, metric }) =>
      metric ? [[id, this.metric(metric.namespace, metric.metric_name, sample)] as const] : [],
    );
    const [expression = ""] = queries.flatMap((query) => query.expression ?? []);
    return evaluated(expression, Object.fromEntries(metrics));
  }

  /** Caches results, because most lines of a sample are alike. */
  private isMatch(pattern: string, line: string): boolean {
    const key = `${pattern} ${line}`;
    const known = this.known.get(key) ?? matches(pattern, line);
    this.known.set(key, known);
    return known;
  }

  /** Missing without a matching line, unless the filter has a default for a period with other lines. */
  private metric(namespace: string, name: string, { lines = {}, metrics = {} }: Sample): number | undefined {
    if (namespace !== this.namespace) return metrics[name];
    const filters = Object.values(this.stack.all("aws_cloudwatch_log_metric_filter")) as unknown as readonly Filter[];
    const own = filters.filter(({ metric_transformation }) => metric_transformation.name === name);
    if (own.length === 0) throw new Error(`no filter makes the metric ${name}`);
    const values = own.flatMap(({ log_group_name, pattern, metric_transformation }) => {
      const [, group = ""] = /^\$\{aws_cloudwatch_log_group\.(\w+)\.name\}$/.exec(log_group_name) ?? [];
      const inGroup = lines[group] ?? [];
      const found = inGroup.filter((line) => this.isMatch(pattern, line));
      const { value, default_value } = metric_transformation;
      const field = /^\$\.(\w+)$/.exec(value)?.[1];
      // For a value from the line itself, the latest value is used.
      if (field !== undefined) return found.map((line) => JSON.parse(line)[field]).slice(-1);
      const isZero = inGroup.length > 0 && default_value === "0";
      return found.length > 0 || isZero ? [found.length * Number(value)] : [];
    });
    return values.length === 0 ? undefined : values.reduce((sum, each) => sum + each, 0);
  }
}

interface Filter {
  readonly log_group_name: string;
  readonly pattern: string;
  readonly metric_transformation: { readonly name: string; readonly value: string; readonly default_value?: string };
}
