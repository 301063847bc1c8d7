import { CloudwatchDashboard } from "@cdktf/provider-aws/lib/cloudwatch-dashboard";
import { MonitoringDashboard } from "@cdktf/provider-google/lib/monitoring-dashboard";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { ALARMS, type AlarmKey, type AlarmsIntent } from "../intent/model/alarm-table";
import type { Intent, Service } from "../intent/model/intent";
import { objectivesOf, rounded } from "../intent/model/slo";
import { declareAlarms } from "./aws/alarms/alarms";
import { apiMetrics, type Computed, concurrencyOf, logMetric, type Metric, metricName } from "./aws/alarms/metric";
import { badShare, declareSlo } from "./aws/slo/service-slo";
import type { WatchedFunction, WatchedGateway } from "./aws/watched";
import { comesFrom } from "./shared/comes-from";

export interface MonitoringProps {
  readonly intent: Intent;
  readonly gateway: WatchedGateway;
  /** The authorizer functions. Empty with `handshake: shared-issuer`. */
  readonly functions: readonly WatchedFunction[];
  /** Resource names of a service's objectives in Cloud Monitoring. */
  readonly objectivesOf: (service: Service) => readonly string[];
  /** Wait for these in Google: the project's APIs. */
  readonly after: readonly ITerraformDependable[];
}

/**
 * Declares an environment's monitoring: alarms, services' objectives as callers see them, and a dashboard in each
 * cloud.
 */
export function declareMonitoring(
  parent: Construct,
  { intent, objectivesOf, after, ...watched }: MonitoringProps,
): void {
  const { prefix, services, alarms } = intent;
  const scope = comesFrom(new Construct(parent, "Monitoring"), ["dashboards"]);
  for (const service of services) {
    const { slo } = service;
    const shared = { prefix, service, gateway: watched.gateway, actions: alarms?.actions ?? [] };
    if (!slo) continue;
    const of = comesFrom(new Construct(scope, `ServiceSlo-${service.id}`), ["services", service.key, "slo"]);
    declareSlo(of, { ...shared, slo });
  }
  // Below this construct, a path segment is the name of an alarm, not a service's id.
  if (alarms) declareAlarms(comesFrom(new Construct(scope, "Alarms"), ["alarms"]), { ...watched, prefix, alarms });
  if (!intent.dashboards) return;
  // One dashboard in each cloud, with the same rows. Both show only metrics, and no log lines.
  const rows = {
    ...watched,
    prefix,
    region: intent.aws.region,
    ...(alarms && { alarms }),
    services: services.map((service) => ({ service, objectives: objectivesOf(service) })),
  };
  new CloudwatchDashboard(scope, "dashboard", { dashboardName: prefix, dashboardBody: cloudwatchBody(rows) });
  new MonitoringDashboard(scope, "dashboard-google", {
    dashboardJson: cloudMonitoringJson(rows),
    dependsOn: [...after],
  });
}

/** Cloud Monitoring, "MosaicLayout": columns of the grid, as many as every version of the API takes. */
const MOSAIC_COLUMNS = 12;
const MOSAIC_TITLE = 1;
const MOSAIC_CHART = 4;
/** The unit of a percentage of which 1 is the whole (Cloud Monitoring, "MetricDescriptor", unit). */
const PERCENT = "10^2.%";

/**
 * A Cloud Monitoring dashboard as JSON: a title and a chart for each row. The API does not support colours for lines,
 * so the row's title has its colour. The API omits zero values, so this JSON omits them too: otherwise each plan would
 * show a change.
 */
function cloudMonitoringJson(watched: Watched): string {
  const tiles = rowsOf(watched).flatMap((row, index) => {
    const y = index * (MOSAIC_TITLE + MOSAIC_CHART);
    const style = { backgroundColor: row.colour, textColor: "#FFFFFF" };
    return [
      {
        ...(y > 0 && { yPos: y }),
        width: MOSAIC_COLUMNS,
        height: MOSAIC_TITLE,
        widget: { text: { content: row.name, format: "RAW", style } },
      },
      {
        yPos: y + MOSAIC_TITLE,
        width: MOSAIC_COLUMNS,
        height: MOSAIC_CHART,
        widget: { title: row.name, xyChart: { dataSets: row.google(watched).map(mosaicDataSet) } },
      },
    ];
  });
  return JSON.stringify({ displayName: watched.prefix, mosaicLayout: { columns: MOSAIC_COLUMNS, tiles } });
}

function mosaicDataSet({ filter, aligner, reducer, groupBy, isFraction }: GoogleSeries) {
  return {
    plotType: "LINE",
    targetAxis: "Y1",
    timeSeriesQuery: {
      timeSeriesFilter: {
        filter,
        aggregation: {
          alignmentPeriod: `${PERIOD_SECONDS}s`,
          perSeriesAligner: aligner,
          ...(reducer && { crossSeriesReducer: reducer }),
          ...(groupBy && { groupByFields: [groupBy] }),
        },
      },
      ...(isFraction && { unitOverride: PERCENT }),
    },
  };
}

/** CloudWatch, "Dashboard body structure and syntax": columns of the grid. */
const CLOUDWATCH_COLUMNS = 24;
const CLOUDWATCH_TITLE = 1;
const CLOUDWATCH_CHART = 6;
/** Lines after a row's first, which has the row's colour. */
const FURTHER_COLOURS = ["#7f7f7f", "#bcbd22", "#e377c2", "#393b79", "#637939", "#843c39"];
/** Seconds between two points of a chart, in both dashboards. */
const PERIOD_SECONDS = 300;

/** The body of a CloudWatch dashboard, as JSON: a title and a chart for each row. */
function cloudwatchBody(watched: Watched): string {
  const widgets = rowsOf(watched).flatMap((row, index) => {
    const y = index * (CLOUDWATCH_TITLE + CLOUDWATCH_CHART);
    const place = { x: 0, width: CLOUDWATCH_COLUMNS };
    return [
      { type: "text", ...place, y, height: CLOUDWATCH_TITLE, properties: { markdown: `## ${row.name}` } },
      {
        type: "metric",
        ...place,
        y: y + CLOUDWATCH_TITLE,
        height: CLOUDWATCH_CHART,
        properties: {
          title: row.name,
          region: watched.region,
          view: "timeSeries",
          period: PERIOD_SECONDS,
          metrics: row.aws(watched).flatMap((series, line) => metricsOf(series, line, row)),
        },
      },
    ];
  });
  return JSON.stringify({ widgets });
}

/** A metric, or a computed value followed by the metrics that it is computed from, which are not shown. */
function metricsOf({ label, of }: AwsSeries, line: number, row: Row): readonly (readonly unknown[])[] {
  const shown = { label, color: line === 0 ? row.colour : FURTHER_COLOURS[(line - 1) % FURTHER_COLOURS.length] };
  if (!("expression" in of)) return [metricArray(of, shown)];
  // Ids are unique in a chart.
  const own = (text: string) =>
    Object.keys(of.metrics).reduce((expression, id) => expression.replaceAll(id, `${id}${line}`), text);
  const used = Object.entries(of.metrics).map(([id, metric]) =>
    metricArray(metric, { id: `${id}${line}`, visible: false }),
  );
  return [[{ id: `value${line}`, expression: own(of.expression), ...shown }], ...used];
}

function metricArray({ namespace, name, dimensions, statistic }: Metric, options: object): readonly unknown[] {
  return [namespace, name, ...Object.entries(dimensions).flat(), { stat: statistic, ...options }];
}

interface Watched {
  /** `storefront-dev`: name of both dashboards, and namespace of the metrics from log lines. */
  readonly prefix: string;
  readonly region: string;
  readonly gateway: WatchedGateway;
  /** The authorizer functions. Empty with `handshake: shared-issuer`. */
  readonly functions: readonly WatchedFunction[];
  readonly alarms?: AlarmsIntent;
  readonly services: readonly WatchedService[];
}

interface WatchedService {
  readonly service: Service;
  /** Resource names of its objectives in Cloud Monitoring, in the order of `objectivesOf`. */
  readonly objectives: readonly string[];
}

/** A line, or several, in a chart of CloudWatch. */
interface AwsSeries {
  readonly label: string;
  readonly of: Metric | Computed;
}

/** A line, or several, in a chart of Cloud Monitoring. */
interface GoogleSeries {
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
interface Row {
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

function rowsOf(watched: Watched): readonly Row[] {
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
