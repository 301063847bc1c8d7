import { intentOf } from "../../../support/shop";
import { devStack } from "../../../support/stack";

test("the stage deploys each change automatically, and its own changes last", () => {
  const stack = devStack();
  const stage = stack.resource("aws_apigatewayv2_stage", "gateway");
  expect([stage.name, stage.auto_deploy]).toEqual(["$default", true]);
  const waits = ["aws_lambda_function", "aws_lambda_permission", "aws_apigatewayv2_route"];
  const expected = waits.flatMap((type) => Object.keys(stack.all(type)).map((name) => `${type}.${name}`));
  expect([...stage.depends_on].sort()).toEqual(expected.sort());
});

test("a throttle always has a rate and a burst, for the stage and for each route with its own", () => {
  const stage = devStack().resource("aws_apigatewayv2_stage", "gateway");
  expect(stage.default_route_settings).toEqual({
    throttling_burst_limit: 20,
    throttling_rate_limit: 10,
  });
  expect(stage.route_settings).toContainEqual({
    route_key: "POST /orders",
    throttling_burst_limit: 10,
    throttling_rate_limit: 5,
  });
  expect(stage.route_settings).toHaveLength(4);
});

test("a new policy invalidates all cached results, because the stage variable changes", () => {
  const variable = (stack = devStack()) => stack.resource("aws_apigatewayv2_stage", "gateway").stage_variables.policy;
  const services = intentOf("dev").services.map((service) => ({
    ...service,
    routes: service.routes.map((route) =>
      route.key === "GET /orders" ? { ...route, access: { kind: "public" } as const } : route,
    ),
  }));
  expect(variable()).toMatch(/^[0-9a-f]{16}$/);
  expect(variable(devStack({ services }))).not.toBe(variable());
  expect(variable(devStack({ tags: { team: "other" } }))).toBe(variable());
});
