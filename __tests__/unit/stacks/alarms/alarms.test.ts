import { readFileSync } from "node:fs";
import { join } from "node:path";
import { RestAccessEntry } from "../../../../packages/local-front-door/gateway/rest/pipeline";
import { matches } from "../../../support/alarms/filter-pattern";
import { logFields } from "../../../support/alarms/log-format";
import { ROOT } from "../../../support/places";
import { type Synthesized, stackOf } from "../../../support/stack";
import { TOPIC, WATCHED, watchedDev, watchedPreview, watchedRest } from "../../../support/watched";

const ALARM = "aws_cloudwatch_metric_alarm";
const FILTER = "aws_cloudwatch_log_metric_filter";
const dev = stackOf(watchedDev());
const rest = stackOf(watchedRest());
const names = (stack: Synthesized, type = ALARM) =>
  Object.keys(stack.all(type))
    .filter((name) => !name.startsWith("slo_"))
    .sort();

test("an alarm on a share reads its two metrics, only of this API", () => {
  expect(dev.resource(ALARM, "gateway_errors")).toEqual({
    alarm_name: "storefront-dev-gateway-errors",
    alarm_description:
      "The gateway itself answers with 5xx, the authorizer's failures included (docs/how-to/incidents.md#gateway-errors)",
    metric_query: [
      { id: "value", expression: "IF(errors >= 5, 100 * errors / requests, 0)", return_data: true },
      {
        id: "errors",
        metric: { namespace: "storefront-dev", metric_name: "GatewayErrors", stat: "Sum", period: 300 },
      },
      {
        id: "requests",
        metric: {
          namespace: "AWS/ApiGateway",
          metric_name: "Count",
          dimensions: { ApiId: "${aws_apigatewayv2_api.gateway.id}" },
          stat: "SampleCount",
          period: 300,
        },
      },
    ],
    comparison_operator: "GreaterThanOrEqualToThreshold",
    threshold: 1,
    evaluation_periods: 3,
    datapoints_to_alarm: 2,
    treat_missing_data: "notBreaching",
    alarm_actions: [TOPIC],
    ok_actions: [TOPIC],
  });
  const [, , requests] = rest.resource(ALARM, "rest_gateway_errors").metric_query;
  expect(requests.metric.dimensions).toEqual({ ApiName: "storefront-dev", Stage: "live" });
});

test("no metric from log lines has a dimension, so callers cannot create metrics", () => {
  for (const stack of [dev, rest, stackOf(watchedPreview())]) {
    const filters = Object.values(stack.all(FILTER)) as unknown as { metric_transformation: object }[];
    expect(filters.length).toBeGreaterThan(3);
    for (const { metric_transformation } of filters) {
      expect(Object.keys(metric_transformation)).not.toContain("dimensions");
    }
  }
});

test("each filter is on a log group of the stack, has a unique name there, and is short enough", () => {
  for (const stack of [dev, rest]) {
    const filters = Object.values(stack.all(FILTER)) as unknown as Record<
      "log_group_name" | "name" | "pattern",
      string
    >[];
    const groups = Object.keys(stack.all("aws_cloudwatch_log_group")).map(
      (name) => `\${aws_cloudwatch_log_group.${name}.name}`,
    );
    expect(filters.filter(({ log_group_name }) => !groups.includes(log_group_name))).toEqual([]);
    expect(new Set(filters.map(({ log_group_name, name }) => `${log_group_name} ${name}`)).size).toBe(filters.length);
    expect(filters.filter(({ pattern }) => pattern.length > 1024)).toEqual([]);
  }
});

test("a function's concurrency limit is its reserved concurrency, or else the account's", () => {
  expect(names(rest).filter((name) => name.startsWith("concurrency"))).toEqual([
    "concurrency_callers",
    "concurrency_public",
  ]);
  expect(rest.resource(ALARM, "concurrency_public")).toMatchObject({
    namespace: "AWS/Lambda",
    metric_name: "ConcurrentExecutions",
    dimensions: { FunctionName: "storefront-dev-public" },
    statistic: "Maximum",
    threshold: 40,
  });
  const one = stackOf(watchedDev({ gateway: { authorizer: { reservedConcurrency: { callers: 100 } } } }));
  expect(names(one).filter((name) => name.startsWith("concurrency"))).toEqual([
    "concurrency_account",
    "concurrency_callers",
  ]);
  const raised = stackOf(watchedDev({ limits: { lambdaConcurrency: 5000 } }));
  expect(raised.resource(ALARM, "concurrency_account")).toMatchObject({
    metric_name: "ClaimedAccountConcurrency",
    threshold: 4000,
  });
});

test("with the shared-issuer handshake only the gateway is watched: there are no functions", () => {
  const preview = stackOf(watchedPreview());
  expect(names(preview)).toEqual([
    "gateway_errors",
    "gateway_errors_6h",
    "gateway_overhead",
    "service_errors",
    "service_errors_6h",
    "throttled",
  ]);
  expect(names(preview, FILTER)).toEqual(["gateway_errors", "service_errors", "throttled"]);
});

test("each alarm's description names a heading of the runbook, and each heading there belongs to an alarm", () => {
  const rotated = stackOf(
    watchedDev({
      clients: { "reporting-agent": { rotateEveryDays: 30 } },
      alarms: { ...WATCHED.alarms, fewestRequests: 1 },
    }),
  );
  const alarms = [
    ...Object.values(rotated.all(ALARM)),
    ...Object.values(rotated.all("aws_cloudwatch_composite_alarm")),
  ];
  const linked = alarms.map(({ alarm_description }) => {
    const [, page, anchor] = /\((docs\/how-to\/incidents\.md)#([a-z-]+)\)$/.exec(String(alarm_description)) ?? [];
    expect(page).toBe("docs/how-to/incidents.md");
    return anchor;
  });
  const runbook = readFileSync(join(ROOT, "docs/how-to/incidents.md"), "utf8");
  const headings = [...runbook.matchAll(/^### (.+)$/gm)].map(([, heading]) => heading);
  expect(headings.sort()).toEqual([...new Set(linked)].sort());
});

test("a REST API's log line has the fields that the filters read, and the route as in config", () => {
  const { format } = rest.resource("aws_api_gateway_stage", "gateway").access_log_settings;
  const variables = logFields(format);
  const entry = new RestAccessEntry(
    { socket: {} } as ConstructorParameters<typeof RestAccessEntry>[0],
    "request-1",
    "arn:aws:execute-api:eu-west-1:111122223333:api",
    1000,
  );
  entry.integration = { status: 503, milliseconds: 400 };
  entry.request = { headers: [], httpMethod: "GET" } as unknown as NonNullable<typeof entry.request>;
  entry.method = { resourcePath: "/orders/{id}" } as NonNullable<typeof entry.method>;
  const values = entry.values({ status: 503, headers: {}, body: "" }, 0, 1450);
  const line = format.replace(/\$context\.([\w.]*\w)/g, (_: string, name: string) => String(values(name) ?? "-"));
  expect(Object.keys(variables)).toContain("latencyMs");
  expect(matches('{ $.route = "GET /orders/{id}" && $.latencyMs > 300 && $.latencyMs <= 450 }', line)).toBe(true);
  for (const [name, expected] of [
    ["rest_service_errors", true],
    ["slo_orders_rest_errors_1", true],
    ["slo_orders_rest_slow_1", true],
    ["rest_gateway_errors", false],
    ["rest_throttled", false],
  ] as const) {
    expect([name, matches(rest.resource(FILTER, name).pattern, line)]).toEqual([name, expected]);
  }
});
