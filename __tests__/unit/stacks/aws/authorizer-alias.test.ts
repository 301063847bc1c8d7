import { provisionedDev, provisionedRest } from "../../../support/provisioned";
import { intentOf } from "../../../support/shop";
import { devStack, stackOf } from "../../../support/stack";

const stack = stackOf(provisionedDev(3));
const KEPT = ["aws_lambda_alias", "aws_lambda_provisioned_concurrency_config"];

test("instances are kept for the published version, and the alias moves to it after they have started", () => {
  expect(stack.resource("aws_lambda_function", "callers").publish).toBe(true);
  expect(stack.resource("aws_lambda_provisioned_concurrency_config", "callers")).toEqual({
    function_name: "${aws_lambda_function.callers.function_name}",
    lifecycle: { create_before_destroy: true },
    provisioned_concurrent_executions: 3,
    qualifier: "${aws_lambda_function.callers.version}",
  });
  expect(stack.resource("aws_lambda_alias", "callers")).toEqual({
    depends_on: ["aws_lambda_provisioned_concurrency_config.callers"],
    function_name: "${aws_lambda_function.callers.function_name}",
    function_version: "${aws_lambda_function.callers.version}",
    name: "live",
  });
});

test("cached results become invalid only after the alias has moved", () => {
  const { depends_on } = stack.resource("aws_apigatewayv2_stage", "gateway");
  expect(depends_on).toEqual(expect.arrayContaining(["aws_lambda_alias.callers", "aws_lambda_alias.public"]));
  const rest = stackOf(provisionedRest()).resource("aws_api_gateway_stage", "gateway");
  expect(rest.depends_on).toEqual(expect.arrayContaining(["aws_lambda_alias.callers", "aws_lambda_alias.public"]));
});

test("a function without routes has no instances and no alias", () => {
  const intent = provisionedDev();
  const orders = stackOf({ ...intent, services: intent.services.filter(({ id }) => id === "orders") });
  for (const type of KEPT) expect(Object.keys(orders.all(type))).toEqual(["callers"]);
  expect(orders.resource("aws_lambda_function", "public")).not.toHaveProperty("publish");
  expect(orders.resource("aws_apigatewayv2_authorizer", "public").authorizer_uri).toBe(
    "${aws_lambda_function.public.invoke_arn}",
  );
});

test("without the config key, no version is published and no alias exists", () => {
  const bare = devStack({ gateway: intentOf("dev").gateway });
  for (const type of KEPT) expect(bare.all(type)).toEqual({});
  expect(bare.resource("aws_lambda_function", "callers")).not.toHaveProperty("publish");
  expect(bare.resource("aws_lambda_permission", "scoped_invoke")).not.toHaveProperty("qualifier");
});
