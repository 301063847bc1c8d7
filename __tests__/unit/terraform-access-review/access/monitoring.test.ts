import { stateOf } from "../../../support/rest-state";
import { accessBetween, dev, edited, type Json, lines, rowsOf, verdict } from "../../../support/synthesized-states";
import { watchedDev } from "../../../support/watched";

const watched = stateOf(watchedDev());
const changed = (edit: (resource: Json) => unknown) => accessBetween(watched, edited(watched, edit));

test("monitoring of an environment opens nothing, and the ledger reads all of it", () => {
  const access = accessBetween(dev, watched);
  expect([verdict(access), lines(access)]).toEqual(["unchanged", []]);
  expect(rowsOf(watched).filter(({ principal }) => principal === "NOT READ")).toEqual([]);
});

test("a weaker objective is a higher threshold of its alarms", () => {
  const weaker = stateOf(watchedDev({ services: { orders: { slo: { availability: 99, latencyMs: 300 } } } }));
  expect(lines(accessBetween(watched, weaker))).toContain(
    "+ threshold of aws_cloudwatch_metric_alarm.slo_orders_availability_1h: 1.44 → 14.4",
  );
});

test.each<readonly [string, (resource: Json) => unknown]>([
  ["other receivers of an alarm", (r) => (r.aws_cloudwatch_metric_alarm.throttled.alarm_actions = ["arn:x"])],
  ["no receiver of a budget's alarm", (r) => delete r.aws_cloudwatch_composite_alarm.slo_orders_fast.alarm_actions],
  [
    "a dimension from log lines",
    (r) => (r.aws_cloudwatch_log_metric_filter.throttled.metric_transformation.dimensions = { Subject: "$.subject" }),
  ],
  ["another pattern", (r) => (r.aws_cloudwatch_log_metric_filter.throttled.pattern = "{ $.status = 1 }")],
  ["another expression", (r) => (r.aws_cloudwatch_metric_alarm.throttled.metric_query[0].expression = "0 * errors")],
])("%s: in doubt, so broader", (_, edit) => {
  expect(verdict(changed(edit))).toBe("broadened");
});

test.each<readonly [string, (resource: Json) => unknown]>([
  ["a changed dashboard", (r) => (r.aws_cloudwatch_dashboard.dashboard.dashboard_body = '{"widgets":[]}')],
  ["another goal in Cloud Monitoring", (r) => (r.google_monitoring_slo.orders_availability.goal = 0.99)],
  ["an additional receiver", (r) => r.aws_cloudwatch_metric_alarm.throttled.alarm_actions.push("arn:x")],
])("%s: opens nothing", (_, edit) => {
  expect(lines(changed(edit))).toEqual([]);
});
