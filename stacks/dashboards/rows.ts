import { ALARMS, type AlarmKey, type AlarmsIntent } from "../../intent/model/alarm-table";
import type { Service } from "../../intent/model/intent";
import { objectivesOf, rounded } from "../../intent/model/slo";
import { apiMetrics, type Computed, concurrencyOf, logMetric, type Metric, metricName } from "../aws/alarms/metric";
import { badShare } from "../aws/slo/service-slo";
import type { WatchedFunction, WatchedGateway } from "../aws/watched";

export interface Watched {
  /** `storefront-dev`: name of both dashboards, and namespace of the metrics from log lines. */
  readonly prefix: string;
  readonly region: string;
  readonly gateway: WatchedGateway;
  /** The authorizer functions. Empty with `handshake: shared-issuer`. */
  readonly functions: readonly WatchedFunction[];
  readonly alarms?: AlarmsIntent;
  readonly services: readonly WatchedService[];
}

export interface WatchedService {
  readonly service: Service;
  /** Resource names of its objectives in Cloud Monitoring, in the order of `objectivesOf`. */
  readonly objectives: readonly string[];
}

/** A line, or several, in a chart of CloudWatch. */
export interface AwsSeries {
  readonly label: string;
  readonly of: Metric | Computed;
}

/** A line, or several, in a chart of Cloud Monitoring. */
export interface GoogleSeries {
  /** Cloud Monitoring's filter language. */
  readonly filter: string;
  readonly aligner: "ALIGN_DELTA" | "ALIGN_MAX" | "ALIGN_NEXT_OLDER";
  /** How the series of one group become one line. Unset: each is a line. */
  readonly reducer?: "REDUCE_PERCENTILE_99" | "REDUCE_SUM";
  readonly groupBy?: string;
  /** Whether the value is a fraction, to be shown as a percentage. */
  readonly isFraction?: boolean;
}

/** A row of both dashboards: the same name at the same place, and the same colour. */
export interface Row {
  readonly name: string;
  /** `#RRGGBB`: of the title in Cloud Monitoring, and of the first line in CloudWatch. */
  readonly colour: string;
  /** Empty: the environment has no such row, on either dashboard. */
  readonly aws: (watched: Watched) => readonly AwsSeries[];
  readonly google: (watched: Watched) => readonly GoogleSeries[];
}

/** Rows in display order. A row that one of the two dashboards cannot fill is on neither. */
export const ROWS: readonly Row[] = [
  {
    name: "Requests",
    colour: "#1f77b4",
    aws: ({ gateway }) => [{ label: "requests", of: apiMetrics(gateway).requests }],
    google: (watched) => [perService(watched, "request_count", "ALIGN_DELTA", "REDUCE_SUM")],
  },
  {
    name: "Errors (5xx)",
    colour: "#d62728",
    aws: (watched) => [
      { label: "5xx", of: apiMetrics(watched.gateway).serverErrors },
      ...ofAlarms(watched, "gatewayErrorPercent", "serviceErrorPercent", "unavailablePercent"),
    ],
    google: (watched) => [perService(watched, "request_count", "ALIGN_DELTA", "REDUCE_SUM", "5xx")],
  },
  {
    name: "Refusals (4xx)",
    colour: "#ff7f0e",
    aws: (watched) => [
      { label: "4xx", of: apiMetrics(watched.gateway).clientErrors },
      ...ofAlarms(watched, "throttledPercent", "forgedTokens", "unknownCallers"),
    ],
    google: (watched) => [perService(watched, "request_count", "ALIGN_DELTA", "REDUCE_SUM", "4xx")],
  },
  {
    name: "Latency (p99, milliseconds)",
    colour: "#9467bd",
    aws: (watched) => [
      { label: "gateway", of: apiMetrics(watched.gateway).latency },
      { label: "services", of: apiMetrics(watched.gateway).serviceLatency },
    ],
    google: (watched) => [perService(watched, "request_latencies", "ALIGN_DELTA", "REDUCE_PERCENTILE_99")],
  },
  {
    name: "Failed token requests",
    colour: "#8c564b",
    aws: ({ functions, ...watched }) => [
      ...functions.map(({ id, name }) => ({ label: `errors of ${id}`, of: functionErrors(name) })),
      ...(functions.length > 0 ? ofAlarms(watched, "mintFailures", "keysUnavailable") : []),
    ],
    google: () => [
      {
        filter: `metric.type="serviceruntime.googleapis.com/api/request_count" resource.type="consumed_api" resource.label."service"=${oneOf(TOKEN_APIS)} metric.label."response_code_class"=${oneOf(["4xx", "5xx"])}`,
        aligner: "ALIGN_DELTA",
        reducer: "REDUCE_SUM",
        groupBy: 'resource.label."service"',
      },
    ],
  },
  {
    name: "Concurrency",
    colour: "#17becf",
    aws: ({ functions }) =>
      functions.map(({ id, name }) => ({ label: `executions of ${id}`, of: concurrencyOf(name) })),
    google: (watched) => [perService(watched, "container/instance_count", "ALIGN_MAX", "REDUCE_SUM")],
  },
  {
    name: "Error budget left (percent)",
    colour: "#2ca02c",
    aws: ({ prefix, services }) =>
      services.flatMap(({ service }) =>
        objectivesOf(service.slo ?? {}).map(({ id, percent }) => ({
          label: `${service.id} ${id}`,
          of: { ...badShare(prefix, service.id, id), expression: budgetLeft(percent) },
        })),
      ),
    google: ({ services }) =>
      services.flatMap(({ objectives }) =>
        objectives.map((name) => ({
          filter: `select_slo_budget_fraction("${name}")`,
          aligner: "ALIGN_NEXT_OLDER",
          isFraction: true,
        })),
      ),
  },
];

export function rowsOf(watched: Watched): readonly Row[] {
  return ROWS.filter((row) => row.aws(watched).length > 0 && row.google(watched).length > 0);
}

const TOKEN_APIS = ["sts.googleapis.com", "iamcredentials.googleapis.com"];
const SERVICE = 'resource.label."service_name"';

/** A metric of Cloud Run, one line for each service of this project, which may hold other services. */
function perService(
  { services }: Watched,
  metric: string,
  aligner: GoogleSeries["aligner"],
  reducer: GoogleSeries["reducer"],
  codes?: "4xx" | "5xx",
): GoogleSeries {
  const ofServices = `${SERVICE}=${oneOf(services.map(({ service }) => service.existing?.name ?? service.name))}`;
  const ofCodes = codes === undefined ? "" : ` metric.label."response_code_class"="${codes}"`;
  return {
    filter: `metric.type="run.googleapis.com/${metric}" resource.type="cloud_run_revision" ${ofServices}${ofCodes}`,
    aligner,
    ...(reducer && { reducer }),
    groupBy: SERVICE,
  };
}

/** The filter language has regular expressions, but no list of values (Cloud Monitoring, "Monitoring filters"). */
function oneOf(texts: readonly string[]): string {
  return `monitoring.regex.full_match("${texts.join("|").replaceAll(".", "[.]")}")`;
}

/** Metrics from log lines. Each one exists only if its alarm does. */
function ofAlarms({ prefix, alarms, gateway }: Omit<Watched, "functions">, ...keys: readonly AlarmKey[]): AwsSeries[] {
  return keys.flatMap((key) => {
    if (alarms?.thresholds[key] === undefined) return [];
    const { id, source } = ALARMS[key];
    const name = source.kind === "access-share" ? `${gateway.kindPrefix}${id}` : id;
    return [{ label: name, of: logMetric(prefix, metricName(name)) }];
  });
}

function functionErrors(functionName: string): Metric {
  return { ...concurrencyOf(functionName), name: "Errors", statistic: "Sum" };
}

/** Counted from the start of the chart: CloudWatch computes nothing over a longer time than it shows. */
function budgetLeft(percent: number): string {
  const budget = rounded((100 - percent) / 100);
  return `100 * (1 - RUNNING_SUM(errors) / (RUNNING_SUM(requests) * ${budget}))`;
}
