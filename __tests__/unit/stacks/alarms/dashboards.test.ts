import { readFileSync } from "node:fs";
import { join } from "node:path";
import Ajv from "ajv/dist/2020";
import { ROWS } from "../../../../stacks/monitoring";
import { ROOT } from "../../../support/places";
import { type Synthesized, stackOf } from "../../../support/stack";
import { variantOf } from "../../../support/variant";
import { watchedDev, watchedPreview, watchedRest } from "../../../support/watched";

const schema = (name: string) =>
  new Ajv({ allErrors: true, strictTuples: false }).compile(
    JSON.parse(readFileSync(join(ROOT, `__tests__/fixtures/dashboards/${name}.schema.json`), "utf8")),
  );
const isCloudWatch = schema("cloudwatch");
const isCloudMonitoring = schema("cloud-monitoring");

const PLAIN = variantOf("dev", { dashboards: true });
const INTENTS = {
  "an HTTP API": watchedDev(),
  "a REST API": watchedRest(),
  "the shared-issuer handshake": watchedPreview(),
  "dashboards alone": PLAIN,
};

const bodies = (stack: Synthesized) => ({
  aws: JSON.parse(stack.resource("aws_cloudwatch_dashboard", "dashboard").dashboard_body),
  google: JSON.parse(stack.resource("google_monitoring_dashboard", "dashboard_google").dashboard_json),
});

interface Shown {
  readonly name: string;
  readonly colour: string;
}

// biome-ignore lint/suspicious/noExplicitAny: JSON of either dashboard
type Json = any;

/** The rows from top to bottom. Each name occurs twice, as the heading and in the chart. */
function rowsOfAws({ widgets }: Json): readonly Shown[] {
  const inOrder = [...widgets].sort((a, b) => a.y - b.y);
  return inOrder.flatMap(({ type, properties }, index) => {
    if (type === "text") return [];
    expect(inOrder[index - 1].properties.markdown).toBe(`## ${properties.title}`);
    const [first] = properties.metrics.map((metric: Json[]) => metric.at(-1).color);
    return [{ name: properties.title, colour: first }];
  });
}

function rowsOfGoogle({ mosaicLayout }: Json): readonly Shown[] {
  const inOrder = [...mosaicLayout.tiles].sort((a, b) => (a.yPos ?? 0) - (b.yPos ?? 0));
  return inOrder.flatMap(({ widget }, index) => {
    if (widget.text) return [];
    const { content, style } = inOrder[index - 1].widget.text;
    expect(content).toBe(widget.title);
    return [{ name: content, colour: style.backgroundColor }];
  });
}

const FUNCTION_ROWS = ["Failed token requests", "Concurrency"];

describe.each(Object.entries(INTENTS))("%s", (name, intent) => {
  const { aws, google } = bodies(stackOf(intent));

  test("each body matches the documented schema of its service", () => {
    isCloudWatch(aws);
    isCloudMonitoring(google);
    expect([isCloudWatch.errors, isCloudMonitoring.errors]).toEqual([null, null]);
  });

  test("both dashboards have the same rows in the same order, with the same colours", () => {
    expect(rowsOfAws(aws)).toEqual(rowsOfGoogle(google));
    const missing = [
      ...(name === "the shared-issuer handshake" ? FUNCTION_ROWS : []),
      ...(name === "dashboards alone" ? ["Error budget left (percent)"] : []),
    ];
    expect(rowsOfAws(aws)).toEqual(
      ROWS.filter((row) => !missing.includes(row.name)).map((row) => ({ name: row.name, colour: row.colour })),
    );
  });

  test("no two widgets overlap, and each is within the grid", () => {
    const places = [
      [24, aws.widgets],
      [12, google.mosaicLayout.tiles.map((tile: Json) => ({ x: tile.xPos ?? 0, y: tile.yPos ?? 0, ...tile }))],
    ] as const;
    for (const [columns, widgets] of places) {
      let free = 0;
      for (const { x, y, width, height } of widgets) {
        expect([x + width <= columns, y]).toEqual([true, free]);
        free = y + height;
      }
    }
  });

  test("CloudWatch shows only existing metrics, and expression ids are unique in a chart", () => {
    const made = Object.values(stackOf(intent).all("aws_cloudwatch_log_metric_filter")).map(
      ({ metric_transformation }) => (metric_transformation as { name: string }).name,
    );
    for (const { properties } of aws.widgets.filter(({ type }: Json) => type === "metric")) {
      const metrics: Json[][] = properties.metrics;
      const own = metrics.filter(([namespace]) => namespace === intent.prefix).map(([, metric]) => metric);
      expect(own.filter((metric) => !made.includes(metric))).toEqual([]);
      const ids = metrics.flatMap((metric) => metric.at(-1).id ?? []);
      expect(new Set(ids).size).toBe(ids.length);
      for (const { expression = "" } of metrics.flat().filter((part) => typeof part === "object")) {
        const used = String(expression).match(/[a-z]\w*/g) ?? [];
        expect(used.filter((id) => !ids.includes(id))).toEqual([]);
      }
    }
  });
});

test("both dashboards show the budget of each objective", () => {
  const { aws, google } = bodies(stackOf(watchedDev()));
  const expressions = aws.widgets.at(-1).properties.metrics.flatMap((metric: Json[]) => metric.at(-1).expression ?? []);
  expect(expressions).toEqual([
    "100 * (1 - RUNNING_SUM(errors0) / (RUNNING_SUM(requests0) * 0.001))",
    "100 * (1 - RUNNING_SUM(errors1) / (RUNNING_SUM(requests1) * 0.01))",
  ]);
  const { dataSets } = google.mosaicLayout.tiles.at(-1).widget.xyChart;
  expect(dataSets.map(({ timeSeriesQuery }: Json) => timeSeriesQuery.timeSeriesFilter.filter)).toEqual([
    'select_slo_budget_fraction("${google_monitoring_slo.orders_availability.name}")',
    'select_slo_budget_fraction("${google_monitoring_slo.orders_latency.name}")',
  ]);
});

test("the schemas refuse unknown fields", () => {
  const { aws, google } = bodies(stackOf(PLAIN));
  aws.widgets[1].properties.colour = "#ffffff";
  google.mosaicLayout.tiles[1].widget.xyChart.dataSets[0].color = "#ffffff";
  expect([isCloudWatch(aws), isCloudMonitoring(google)]).toEqual([false, false]);
});
