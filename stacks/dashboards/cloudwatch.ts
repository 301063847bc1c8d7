import type { Metric } from "../aws/alarms/metric";
import { type AwsSeries, type Row, rowsOf, type Watched } from "./rows";

/** CloudWatch, "Dashboard body structure and syntax": columns of the grid. */
const COLUMNS = 24;
const TITLE_HEIGHT = 1;
const CHART_HEIGHT = 6;
/** Lines after a row's first, which has the row's colour. */
const FURTHER_COLOURS = ["#7f7f7f", "#bcbd22", "#e377c2", "#393b79", "#637939", "#843c39"];
const PERIOD_SECONDS = 300;

/** The body of a CloudWatch dashboard, as JSON: a title and a chart for each row. */
export function cloudwatchBody(watched: Watched): string {
  const widgets = rowsOf(watched).flatMap((row, index) => {
    const y = index * (TITLE_HEIGHT + CHART_HEIGHT);
    const place = { x: 0, width: COLUMNS };
    return [
      { type: "text", ...place, y, height: TITLE_HEIGHT, properties: { markdown: `## ${row.name}` } },
      {
        type: "metric",
        ...place,
        y: y + TITLE_HEIGHT,
        height: CHART_HEIGHT,
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
