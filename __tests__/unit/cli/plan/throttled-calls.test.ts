import { quotaLines, throttledCalls } from "../../../../cli/plan/plan";
import type { PlanJson } from "../../../../packages/terraform-access-review/plan/plan-json";

/** A plan with this number of objects of a type, each with these actions. */
const planned = (...changes: readonly (readonly [count: number, type: string, ...actions: string[]])[]): PlanJson =>
  ({
    resource_changes: changes.flatMap(([count, type, ...actions]) =>
      Array.from({ length: count }, (_, at) => ({ address: `${type}.n${at}`, type, change: { actions } })),
    ),
  }) as unknown as PlanJson;

test("a change of every client's usage plan takes twenty seconds for each after the first", () => {
  expect(throttledCalls(planned([13, "aws_api_gateway_usage_plan", "update"]))).toEqual({
    byOperation: { UpdateUsagePlan: 13 },
    seconds: 240,
  });
});

test("a first deploy is limited by all calls together: one that writes and one that reads, after a burst", () => {
  const { byOperation, seconds } = throttledCalls(
    planned(
      [1, "aws_api_gateway_account", "create"],
      [17, "aws_api_gateway_resource", "create"],
      [36, "aws_api_gateway_method", "create"],
      [1, "aws_api_gateway_deployment", "create"],
      [200, "aws_iam_role", "create"],
      [50, "aws_api_gateway_method", "no-op"],
    ),
  );
  expect(byOperation).toEqual({ UpdateAccount: 1, CreateResource: 17, CreateMethod: 36, CreateDeployment: 1 });
  expect(seconds).toBeCloseTo((2 * 55 - 40) / 10);
});

test("a replaced domain name is deleted and created", () => {
  const replaced = planned([2, "aws_apigatewayv2_domain_name", "delete", "create"]);
  expect(throttledCalls(replaced)).toEqual({ byOperation: { DeleteDomainName: 2, CreateDomainName: 2 }, seconds: 30 });
});

test("the plan names minutes from one minute on", () => {
  expect(quotaLines("dev", planned([4, "aws_api_gateway_usage_plan", "update"]))).toEqual([
    expect.stringMatching(/^dev: .* at least 1 min\n {4}4 UpdateUsagePlan /),
  ]);
  expect(quotaLines("dev", planned([3, "aws_api_gateway_usage_plan", "update"]))).toEqual([]);
});
