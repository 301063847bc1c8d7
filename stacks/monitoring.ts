import { CloudwatchDashboard } from "@cdktf/provider-aws/lib/cloudwatch-dashboard";
import { MonitoringDashboard } from "@cdktf/provider-google/lib/monitoring-dashboard";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { Intent, Service } from "../intent/model/intent";
import { declareAlarms } from "./aws/alarms/alarms";
import type { Metric } from "./aws/alarms/metric";
import { declareSlo } from "./aws/slo/service-slo";
import type { WatchedFunction, WatchedGateway } from "./aws/watched";
import { type AwsSeries, type GoogleSeries, type Row, rowsOf, type Watched } from "./dashboards/rows";
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
/** Of both dashboards' charts. */
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
