import { patternsOf, thresholdOf } from "../../../../intent/model/slo";
import { CloudWatch, type Sample } from "../../../support/alarms/cloudwatch";
import { matches } from "../../../support/alarms/filter-pattern";
import { accessLines } from "../../../support/alarms/lines";
import { stackOf } from "../../../support/stack";
import { testAll } from "../../../support/test-all";
import { watchedDev } from "../../../support/watched";

const intent = watchedDev();
const stack = stackOf(intent);
const cloudwatch = new CloudWatch(stack, "storefront-dev");
const line = accessLines(stack.resource("aws_apigatewayv2_stage", "gateway").access_log_settings.format);

const many = (count: number, text: string) => Array.from({ length: count }, () => text);
const GOOD = line({ service: { status: 200 } });
const FAILED = line({ own: 500 });
const SLOW = line({ service: { status: 200 }, milliseconds: 301 });
const ELSEWHERE = line({ route: "GET /products", own: 500 });
const window = (bad: number, text: string, all = 10_000): Sample => ({
  lines: { access: [...many(bad, text), ...many(all - bad, GOOD)] },
});

/** 99.9% leaves 0.1%; 14.4 and 6 times that are 1.44% and 0.6%. */
testAll([
  ["slo_orders_availability_1h", 144, FAILED],
  ["slo_orders_availability_5m", 144, FAILED],
  ["slo_orders_availability_6h", 60, FAILED],
  ["slo_orders_availability_30m", 60, FAILED],
  ["slo_orders_latency_1h", 1440, SLOW],
  ["slo_orders_latency_5m", 1440, SLOW],
  ["slo_orders_latency_6h", 600, SLOW],
  ["slo_orders_latency_30m", 600, SLOW],
])("%s fires at %d bad requests of ten thousand, and not below", (alarm, bad, text) => {
  expect(cloudwatch.fires(alarm, [window(bad, text)])).toBe(true);
  expect(cloudwatch.fires(alarm, [window(bad - 1, text)])).toBe(false);
});

test("fast responses, failures of other services, a single failure at night and missing data burn no budget", () => {
  const fast = line({ service: { status: 200 }, milliseconds: 300 });
  for (const [alarm, sample] of [
    ["slo_orders_latency_1h", window(9000, fast)],
    ["slo_orders_availability_1h", window(9000, ELSEWHERE)],
    ["slo_orders_availability_1h", window(4, FAILED, 4)],
    ["slo_orders_availability_1h", {}],
  ] as const) {
    expect(cloudwatch.fires(alarm, [sample])).toBe(false);
  }
});

test("a service with one call an hour that always fails burns its budget, until a call succeeds", () => {
  const [long, short] = ["slo_orders_availability_6h", "slo_orders_availability_30m"];
  const once = (text: string) => window(1, text, 1);
  expect(cloudwatch.fires(long, [window(5, FAILED, 5)])).toBe(true);
  expect(cloudwatch.fires(short, [once(FAILED)])).toBe(true);
  const otherService: Sample = { lines: { access: [ELSEWHERE] } };
  for (const between of [{}, otherService]) {
    expect(cloudwatch.fires(short, [once(FAILED), between, between])).toBe(true);
    expect(cloudwatch.fires(short, [once(FAILED), between, once(GOOD), between])).toBe(false);
  }
});

test("the notifying alarm fires if both windows of an objective burn", () => {
  const [long, short] = ["slo_orders_availability_1h", "slo_orders_availability_5m"];
  expect(cloudwatch.joins("slo_orders_fast", [long, short])).toBe(true);
  expect(cloudwatch.joins("slo_orders_fast", ["slo_orders_latency_1h", "slo_orders_latency_5m"])).toBe(true);
  for (const firing of [[], [long], [short], [short, "slo_orders_latency_1h"], ["slo_orders_availability_6h", short]]) {
    expect(cloudwatch.joins("slo_orders_fast", firing)).toBe(false);
  }
  expect(cloudwatch.joins("slo_orders_slow", ["slo_orders_availability_6h", "slo_orders_availability_30m"])).toBe(true);
  const notifying = Object.entries({
    ...stack.all("aws_cloudwatch_metric_alarm"),
    ...stack.all("aws_cloudwatch_composite_alarm"),
  }).flatMap(([name, { alarm_actions }]) => (name.startsWith("slo_") && alarm_actions ? [name] : []));
  expect(notifying).toEqual(["slo_orders_fast", "slo_orders_slow"]);
});

test("the windows are those of the SRE workbook", () => {
  const periods = ["1h", "5m", "6h", "30m"].map(
    (window) =>
      stack.resource("aws_cloudwatch_metric_alarm", `slo_orders_availability_${window}`).metric_query[1].metric.period,
  );
  expect(periods).toEqual([3600, 300, 21_600, 1800]);
  expect([thresholdOf(99.9, 14.4), thresholdOf(99.9, 6), thresholdOf(95, 14.4)]).toEqual([1.44, 0.6, 72]);
});

test("Cloud Monitoring has the same objectives for the Cloud Run service", () => {
  expect(stack.resource("google_monitoring_service", "orders")).toMatchObject({
    service_id: "storefront-dev-orders",
    basic_service: {
      service_type: "CLOUD_RUN",
      service_labels: { location: "europe-west1", service_name: "storefront-dev-orders" },
    },
  });
  expect(stack.resource("google_monitoring_slo", "orders_availability")).toEqual({
    service: "${google_monitoring_service.orders.service_id}",
    slo_id: "availability",
    display_name: "storefront-dev-orders availability",
    goal: 0.999,
    rolling_period_days: 28,
    basic_sli: { availability: { enabled: true } },
  });
  expect(stack.resource("google_monitoring_slo", "orders_latency")).toMatchObject({
    goal: 0.99,
    basic_sli: { latency: { threshold: "0.300s" } },
  });
});

test("with one objective, there is nothing for the other, and no number in the access log", () => {
  const alone = stackOf(watchedDev({ services: { orders: { slo: { availability: 99 } } } }));
  expect(alone.addresses().filter((address) => /latency|_slow_/.test(address))).toEqual([]);
  const { format } = alone.resource("aws_apigatewayv2_stage", "gateway").access_log_settings;
  expect(Object.keys(JSON.parse(format))).not.toContain("latencyMs");
  expect(alone.resource("aws_cloudwatch_composite_alarm", "slo_orders_fast").alarm_rule).toBe(
    '(ALARM("${aws_cloudwatch_metric_alarm.slo_orders_availability_1h.arn}") AND ALARM("${aws_cloudwatch_metric_alarm.slo_orders_availability_5m.arn}"))',
  );
});

test("many routes need several patterns, and each request counts once", () => {
  const keys = Array.from({ length: 300 }, (_, index) => `GET /orders/${"x".repeat(30)}/${index}/{id}`);
  const patterns = patternsOf(keys, '$.status = "5*"');
  expect(patterns.length).toBeGreaterThan(1);
  expect(Math.max(...patterns.map(({ length }) => length))).toBeLessThanOrEqual(1024);
  for (const route of keys) {
    const failed = JSON.stringify({ route, status: "503" });
    expect(patterns.filter((pattern) => matches(pattern, failed))).toHaveLength(1);
    expect(patterns.filter((pattern) => matches(pattern, JSON.stringify({ route, status: "200" })))).toEqual([]);
  }
});

test("a renamed service's alarms and objectives move with it", () => {
  const services = intent.services.map((each) => (each.id === "orders" ? { ...each, key: "sales" } : each));
  const { moved } = stackOf({ ...intent, services }).json;
  expect(moved).toEqual(
    expect.arrayContaining([
      { from: "aws_cloudwatch_composite_alarm.slo_orders_fast", to: "aws_cloudwatch_composite_alarm.slo_sales_fast" },
      {
        from: "aws_cloudwatch_log_metric_filter.slo_orders_slow_1",
        to: "aws_cloudwatch_log_metric_filter.slo_sales_slow_1",
      },
      { from: "google_monitoring_slo.orders_latency", to: "google_monitoring_slo.sales_latency" },
    ]),
  );
});

test("an environment's alarm does not move if a service is renamed to its name", () => {
  const services = intent.services.map((each) => (each.id === "orders" ? { ...each, key: "throttled" } : each));
  const { moved } = stackOf({ ...intent, services }).json;
  const targets = (moved as { to: string }[]).map(({ to }) => to);
  expect(targets).toContain("aws_cloudwatch_composite_alarm.slo_throttled_fast");
  expect(targets).not.toContain("aws_cloudwatch_metric_alarm.throttled");
});
