import { leavesRemoved } from "../../../../cli/plan/redeploy";

const state = (deployment: object) => ({
  stack: { resource: { aws_api_gateway_deployment: deployment }, provider: {} },
});
const REST = state({ gateway: {} });

/** An apply that did these things. */
const done = (head: ReturnType<typeof state>, ...changes: readonly (readonly [type: string, action: string])[]) =>
  ({ head, model: { resources: changes.map(([type, action]) => ({ type, action, address: `${type}.x` })) } }) as never;

test.each(["aws_api_gateway_method", "aws_api_gateway_integration", "aws_api_gateway_resource"])(
  "a %s that is gone is still in the snapshot that was made before",
  (type) => {
    expect(leavesRemoved(done(REST, [type, "destroyed"]))).toBe(true);
  },
);

test.each([
  ["something is added", done(REST, ["aws_api_gateway_method", "added"])],
  ["a client goes", done(REST, ["aws_api_gateway_usage_plan_key", "destroyed"])],
  ["the API itself goes", done(state({}), ["aws_api_gateway_method", "destroyed"])],
  ["a route of an HTTP API goes", done(state({}), ["aws_apigatewayv2_route", "destroyed"])],
])("nothing is left over where %s", (_, applied) => {
  expect(leavesRemoved(applied)).toBe(false);
});
