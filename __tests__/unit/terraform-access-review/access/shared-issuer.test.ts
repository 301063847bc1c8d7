import type { SynthesizedState } from "../../../../packages/terraform-access-review/model/state";
import { words } from "../../../../packages/terraform-access-review/render/words";
import { editConfiguration } from "../../../support/shared-issuer";
import { dev, edited, effect, type Json, of, rowsOf, shared } from "../../../support/synthesized-states";
import { testAll } from "../../../support/test-all";

test("the same callers may call the same routes as with the authorizer, except subjects, which need federation", () => {
  const calls = (state: SynthesizedState) =>
    rowsOf(state)
      .filter(({ principal, permission }) => /^[A-Z]+ \//.test(permission) && !principal.startsWith("aws/"))
      .map(({ principal, permission, resource }) => `${principal} ${permission} ${resource}`);
  expect(calls(shared)).toEqual(calls(dev));
});

const pastGateway = (service: string, state: SynthesizedState = shared) =>
  rowsOf(state).find(
    ({ resource, permission }) => resource === `service storefront-dev-${service}` && permission.includes("past"),
  );

test("a service's row reports that anyone with a token may bypass the gateway, and how Envoy decides", () => {
  expect(pastGateway("orders")?.principal).toBe("anyone with network access and a valid token");
  expect(pastGateway("orders")?.condition).toMatch(
    /^Envoy \(europe-docker.*@sha256:7d7d7d7d7d7d…\) allows 11 routes and nothing else, .* throttles and network rules do not apply; ingress INGRESS_TRAFFIC_ALL$/,
  );
});

test("the row counts the service's routes that require no token, if there are any", () => {
  expect(pastGateway("catalog")?.condition).toMatch(/ allows 5 routes \(4 with NO TOKEN\) and nothing else, /);
});

test("a call's terms are the scopes of which the gateway accepts any one, or any scope", () => {
  const permitsOf = (state: SynthesizedState) =>
    rowsOf(state)
      .find(({ principal, permission }) => principal === "customers/web" && permission === "GET /orders")
      ?.row.terms?.permits?.map(words);
  const open = edited(shared, (r) => delete r.aws_apigatewayv2_route.orders_get_orders.authorization_scopes);
  expect([permitsOf(shared), permitsOf(open)]).toEqual([
    ["orders/read", "orders/read at the gateway"],
    ["orders/read", "any scope at the gateway"],
  ]);
});

test("a caller that can only bypass the gateway is reported as such", () => {
  expect(of(rowsOf(shared), "workforce/0oa1example", "GET /orders")).toEqual([
    "orders/read; PAST THE GATEWAY ALONE: JWT authorizer storefront-dev-customers trusts another issuer and does not accept its client or audience",
  ]);
});

testAll<readonly [string, (resource: Json, state: Json) => void, RegExp]>([
  [
    "scopes that the gateway does not accept",
    (r) => (r.aws_apigatewayv2_route.orders_get_orders.authorization_scopes = ["orders/write"]),
    /PAST THE GATEWAY ALONE: .* does not accept orders\/read; the gateway also accepts orders\/write/,
  ],
  [
    "an additional scope at the gateway",
    (r) => r.aws_apigatewayv2_route.orders_get_orders.authorization_scopes.push("orders/write"),
    /and Envoy decide; the gateway also accepts orders\/write/,
  ],
  [
    "no scope at the gateway",
    (r) => delete r.aws_apigatewayv2_route.orders_get_orders.authorization_scopes,
    /the gateway also accepts any scope/,
  ],
  [
    "no authorizer at the gateway",
    (r) => {
      delete r.aws_apigatewayv2_route.orders_get_orders.authorizer_id;
      r.aws_apigatewayv2_route.orders_get_orders.authorization_type = "NONE";
    },
    /NO AUTHORIZER AT THE GATEWAY, Envoy alone decides/,
  ],
  ["no route at the gateway", (r) => delete r.aws_apigatewayv2_route.orders_get_orders, /has no such route/],
  [
    "another issuer at the gateway",
    (r) => (r.aws_apigatewayv2_authorizer.customers.jwt_configuration.issuer = "https://evil.example"),
    /trusts another issuer/,
  ],
  [
    "one client less at the gateway",
    (r) => r.aws_apigatewayv2_authorizer.customers.jwt_configuration.audience.pop(),
    /does not accept its client/,
  ],
])("with %s, the row reports the decisions of both", (_, edit, words) => {
  expect(of(rowsOf(edited(shared, edit)), "customers/web", "GET /orders").join()).toMatch(words);
});

test("a client that the gateway accepts and Envoy refuses is not a caller", () => {
  const state = edited(shared, (r) =>
    r.aws_apigatewayv2_authorizer.customers.jwt_configuration.audience.push("another"),
  );
  expect(
    rowsOf(state).filter(({ principal, permission }) => principal.includes("another") && permission.startsWith("GET")),
  ).toEqual([]);
  expect(effect(shared, state)).toBe("broadened");
});

test("a gateway's route that Envoy does not know admits no caller", () => {
  const state = edited(shared, (r) => {
    r.aws_apigatewayv2_route.x = { ...r.aws_apigatewayv2_route.orders_get_orders, route_key: "GET /x" };
  });
  expect(of(rowsOf(state), "no caller", "GET /x")).toEqual(["JWT at the gateway; Envoy has no such route"]);
});

testAll<readonly [string, (resource: Json, state: Json) => void]>([
  ["without Envoy", ({ google_cloud_run_v2_service: { orders } }) => orders.template.containers.shift()],
  [
    "whose callers reach the app directly",
    ({ google_cloud_run_v2_service: { orders } }) => {
      const [envoy, app] = orders.template.containers;
      app.ports = { container_port: 8080 };
      delete envoy.ports;
    },
  ],
  [
    "whose containers both have a port",
    ({ google_cloud_run_v2_service: { orders } }) => {
      orders.template.containers[1].ports = { container_port: 8080 };
    },
  ],
  [
    "whose Envoy has another configuration",
    (_, { stack }) =>
      editConfiguration(stack, "orders", (configuration) => Object.assign(configuration, { admin: {} })),
  ],
])("a service %s is open to anyone, and so is each of its routes", (_, edit) => {
  const state = edited(shared, edit);
  const own = rowsOf(state).filter(({ resource }) => resource === "service storefront-dev-orders");
  expect([...new Set(own.map(({ principal }) => principal))]).toEqual(["anyone"]);
  expect(own).toHaveLength(12);
  expect(effect(shared, state)).toBe("broadened");
});
