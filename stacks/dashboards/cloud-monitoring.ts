import { type GoogleSeries, rowsOf, type Watched } from "./rows";

/** Cloud Monitoring, "MosaicLayout": columns of the grid, as many as every version of the API takes. */
const COLUMNS = 12;
const TITLE_HEIGHT = 1;
const CHART_HEIGHT = 4;
/** The unit of a percentage of which 1 is the whole (Cloud Monitoring, "MetricDescriptor", unit). */
const PERCENT = "10^2.%";
/** The same period as in CloudWatch's charts. */
const PERIOD = "300s";

/**
 * A Cloud Monitoring dashboard as JSON: a title and a chart for each row. The API does not support colours for lines,
 * so the row's title has its colour. The API omits zero values, so this JSON omits them too: otherwise each plan would
 * show a change.
 */
export function cloudMonitoringJson(watched: Watched): string {
  const tiles = rowsOf(watched).flatMap((row, index) => {
    const y = index * (TITLE_HEIGHT + CHART_HEIGHT);
    const style = { backgroundColor: row.colour, textColor: "#FFFFFF" };
    return [
      {
        ...(y > 0 && { yPos: y }),
        width: COLUMNS,
        height: TITLE_HEIGHT,
        widget: { text: { content: row.name, format: "RAW", style } },
      },
      {
        yPos: y + TITLE_HEIGHT,
        width: COLUMNS,
        height: CHART_HEIGHT,
        widget: { title: row.name, xyChart: { dataSets: row.google(watched).map(dataSet) } },
      },
    ];
  });
  return JSON.stringify({ displayName: watched.prefix, mosaicLayout: { columns: COLUMNS, tiles } });
}

function dataSet({ filter, aligner, reducer, groupBy, isFraction }: GoogleSeries) {
  return {
    plotType: "LINE",
    targetAxis: "Y1",
    timeSeriesQuery: {
      timeSeriesFilter: {
        filter,
        aggregation: {
          alignmentPeriod: PERIOD,
          perSeriesAligner: aligner,
          ...(reducer && { crossSeriesReducer: reducer }),
          ...(groupBy && { groupByFields: [groupBy] }),
        },
      },
      ...(isFraction && { unitOverride: PERCENT }),
    },
  };
}
