import { FEWEST_ERRORS } from "../../../contract/rollout";
import type { WatchedGateway } from "../watched";

/** A CloudWatch metric, and how it is aggregated over a period. */
export interface Metric {
  readonly namespace: string;
  readonly name: string;
  /** Empty for metrics that are made from log lines. */
  readonly dimensions: Readonly<Record<string, string>>;
  readonly statistic: "Maximum" | "SampleCount" | "Sum" | "p99";
}

/** A value that is computed from metrics. */
export interface Computed {
  /** CloudWatch metric math over the ids of `metrics`. */
  readonly expression: string;
  readonly metrics: Readonly<Record<string, Metric>>;
}

/**
 * Metrics of an API. The number of requests is the sample count of `Count`, and an error counts as 1 (API Gateway,
 * "Metrics and dimensions" of either kind of API).
 */
export function apiMetrics({ kindPrefix, dimensions }: Pick<WatchedGateway, "dimensions" | "kindPrefix">) {
  const metric = (name: string, statistic: Metric["statistic"]): Metric => ({
    namespace: "AWS/ApiGateway",
    name,
    dimensions,
    statistic,
  });
  return {
    requests: metric("Count", "SampleCount"),
    latency: metric("Latency", "p99"),
    serviceLatency: metric("IntegrationLatency", "p99"),
    clientErrors: metric(kindPrefix === "" ? "4xx" : "4XXError", "Sum"),
    serverErrors: metric(kindPrefix === "" ? "5xx" : "5XXError", "Sum"),
  };
}

export function concurrencyOf(functionName: string): Metric {
  return {
    namespace: "AWS/Lambda",
    name: "ConcurrentExecutions",
    dimensions: { FunctionName: functionName },
    statistic: "Maximum",
  };
}

/**
 * `errors` as a percentage of another metric, which has this id in the expression. 0 for fewer than `FEWEST_ERRORS`
 * errors, and above `most` requests.
 */
export function shareOf(id: "decisions" | "requests", errors: Metric, all: Metric, most?: number): Computed {
  const share = `100 * errors / ${id}`;
  const value = most === undefined ? share : `IF(${id} <= ${most}, ${share}, 0)`;
  return { expression: `IF(errors >= ${FEWEST_ERRORS}, ${value}, 0)`, metrics: { errors, [id]: all } };
}

/** A metric that is made from log lines. */
export function logMetric(namespace: string, name: string): Metric {
  return { namespace, name, dimensions: {}, statistic: "Sum" };
}

/** `gateway-errors` becomes `GatewayErrors`. */
export function metricName(id: string): string {
  return id.replace(/(^|-)([a-z0-9])/g, (_, __, letter: string) => letter.toUpperCase());
}
