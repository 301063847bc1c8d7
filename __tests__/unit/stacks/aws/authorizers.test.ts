import { intentOf } from "../../../support/shop";
import { devStack } from "../../../support/stack";

const stack = devStack();

const SOURCES: Record<string, string[]> = {
  scoped: ["$request.header.Authorization", "$context.routeKey", "$stageVariables.policy"],
  scoped_path: ["$request.header.Authorization", "$context.routeKey", "$context.path", "$stageVariables.policy"],
  public: ["$context.routeKey", "$stageVariables.policy"],
  public_path: ["$context.routeKey", "$context.path", "$stageVariables.policy"],
};

test.each(Object.entries(SOURCES))("authorizer %s has a cache key of all inputs of its decision", (name, sources) => {
  const target = name.startsWith("public") ? "public" : "callers";
  expect(stack.resource("aws_apigatewayv2_authorizer", name)).toEqual({
    api_id: "${aws_apigatewayv2_api.gateway.id}",
    authorizer_payload_format_version: "2.0",
    authorizer_result_ttl_in_seconds: 60,
    authorizer_type: "REQUEST",
    authorizer_uri: `\${aws_lambda_function.${target}.invoke_arn}`,
    enable_simple_responses: true,
    identity_sources: sources,
    name: `storefront-dev-${name.replace("_", "-")}`,
  });
});

test.each(Object.keys(SOURCES))("only authorizer %s may invoke its function, with its own permission", (name) => {
  const target = name.startsWith("public") ? "public" : "callers";
  expect(stack.resource("aws_lambda_permission", `${name}_invoke`)).toEqual({
    action: "lambda:InvokeFunction",
    function_name: `\${aws_lambda_function.${target}.function_name}`,
    principal: "apigateway.amazonaws.com",
    source_arn: `\${aws_apigatewayv2_api.gateway.execution_arn}/authorizers/\${aws_apigatewayv2_authorizer.${name}.id}`,
  });
});

test("there are four authorizers and four permissions", () => {
  expect(Object.keys(stack.all("aws_apigatewayv2_authorizer")).sort()).toEqual(Object.keys(SOURCES).sort());
  expect(Object.keys(stack.all("aws_lambda_permission"))).toHaveLength(4);
});

test("config sets the cache TTL, and zero is a valid value", () => {
  const { gateway } = intentOf("dev");
  const uncached = devStack({ gateway: { ...gateway, authorizerCacheSeconds: 0 } });
  for (const name of Object.keys(SOURCES)) {
    expect(uncached.resource("aws_apigatewayv2_authorizer", name).authorizer_result_ttl_in_seconds).toBe(0);
  }
});
