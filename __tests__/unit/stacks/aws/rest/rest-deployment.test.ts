import type { Intent } from "../../../../../intent/model/intent";
import { restDev } from "../../../../support/rest";
import { stackOf } from "../../../../support/stack";
import { testAll } from "../../../../support/test-all";

const intent = restDev();
const triggerOf = (of: Intent) => stackOf(of).resource("aws_api_gateway_deployment", "gateway").triggers.redeployment;
const trigger = triggerOf(intent);

const withRoute = (change: object): Intent => ({
  ...intent,
  services: intent.services.map((service) => ({
    ...service,
    routes: service.routes.map((route) => (route.key === "GET /orders" ? { ...route, ...change } : route)),
  })),
});

test("a new deployment is created before the old one is destroyed", () => {
  expect(stackOf(intent).resource("aws_api_gateway_deployment", "gateway").lifecycle).toEqual({
    create_before_destroy: true,
  });
});

testAll<[string, Intent]>([
  ["a route's access", withRoute({ access: { kind: "public" } })],
  ["a route's stream", withRoute({ stream: true })],
  ["the cache TTL", { ...intent, gateway: { ...intent.gateway, authorizerCacheSeconds: 1 } }],
  ["the counted callers", { ...intent, gateway: { ...intent.gateway, plans: [] } }],
  ["a removed service", { ...intent, services: intent.services.filter(({ id }) => id !== "catalog") }],
  ["an origin", restDev({ gateway: { kind: "rest", defaultPlan: {}, cors: { origins: ["https://a.example.com"] } } })],
])("%s causes a new snapshot", (_, other) => {
  expect(triggerOf(other)).not.toBe(trigger);
});

testAll<[string, Intent]>([
  ["the API's throttle", { ...intent, gateway: { ...intent.gateway, throttle: { ratePerSecond: 1, burst: 1 } } }],
  ["a route's throttle", withRoute({ throttle: { ratePerSecond: 1, burst: 1 } })],
  ["a client's quota", restDev({ clients: { "reporting-agent": { quota: { requests: 5, per: "week" } } } })],
  ["a tag", { ...intent, tags: { ...intent.tags, team: "other" } }],
  [
    "a service's size",
    { ...intent, services: intent.services.map((each) => ({ ...each, scaling: { min: 1, max: 2, concurrency: 3 } })) },
  ],
  ["the retention of logs", { ...intent, logs: { retentionDays: 90 } }],
  [
    "a client's scopes",
    { ...intent, clients: intent.clients.map((each) => ({ ...each, scopes: each.scopes.slice(0, 1) })) },
  ],
])("%s does not cause a new snapshot", (_, other) => {
  expect(triggerOf(other)).toBe(trigger);
});

test("ids that are known only after an apply also count, and nothing outside the API does", () => {
  expect(trigger).toMatch(/^[0-9a-f]{16}-\$\{sha256\(jsonencode\(\[[^"$]+\]\)\)\}$/);
  for (const reference of ["aws_api_gateway_authorizer.scoped.id", "aws_api_gateway_resource.orders.id"]) {
    expect(trigger).toContain(reference);
  }
  expect(trigger).not.toMatch(/http_method|aws_lambda|google_/);
});
