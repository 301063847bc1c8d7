import { LambdaFunctionUrl } from "@cdktf/provider-aws/lib/lambda-function-url";
import { LambdaPermission } from "@cdktf/provider-aws/lib/lambda-permission";
import { type Find, violations } from "../../../support/policy";
import { restDev } from "../../../support/rest";
import { rotatedIntent } from "../../../support/rotation";
import { testAll } from "../../../support/test-all";

const AUTHORIZER = "aws_lambda_permission.scoped_invoke";
const ROTATION = "aws_lambda_permission.secret_rotation_reporting_agent";
const CHECK = "aws_lambda_permission.check_secret_reporting_agent";
const rotated = rotatedIntent();

const changed = (address: string, attribute: string, value: unknown, intent = rotated) =>
  violations((find) => find(address).addOverride(attribute, value), intent);

test("the program's own declarations pass, for each kind of API", () => {
  expect(violations(() => {}, rotated)).toEqual([]);
  expect(violations(() => {}, restDev())).toEqual([]);
});

testAll([
  ["principal", "*", "allows * to perform lambda:InvokeFunction"],
  ["principal", "events.amazonaws.com", "allows events.amazonaws.com to perform"],
  ["principal", "arn:aws:iam::111122223333:role/x", "allows arn:aws:iam::111122223333:role/x to perform"],
  ["action", "lambda:*", "perform lambda:*"],
  ["action", "lambda:GetFunction", "perform lambda:GetFunction"],
  ["source_arn", "arn:aws:execute-api:*:*:*", "for arn:aws:execute-api:*:*:*: expected exactly"],
  ["source_arn", "${aws_apigatewayv2_api.gateway.execution_arn}/*", "execution_arn}/*: expected exactly"],
  [
    "source_arn",
    "${aws_apigatewayv2_api.gateway.execution_arn}/authorizers/${aws_apigatewayv2_authorizer.public.id}",
    "aws_apigatewayv2_authorizer.public.id}: expected exactly",
  ],
  ["source_arn", undefined, "for anything: expected exactly"],
  ["function_name", "${aws_lambda_function.public.function_name}", "on ${aws_lambda_function.public.function_name}"],
  ["function_name", "another", "on another"],
  ["principal_org_id", "o-1", "expected exactly"],
  ["function_url_auth_type", "NONE", "expected exactly"],
])("an authorizer function that others may invoke (%s: %s) stops the synthesis", (attribute, value, message) => {
  const found = changed(AUTHORIZER, attribute, value);
  expect(found).toEqual([expect.stringContaining(`${AUTHORIZER}: allows `)]);
  expect(found[0]).toContain(message);
});

testAll([
  [ROTATION, "principal", "apigateway.amazonaws.com"],
  [ROTATION, "source_arn", "${aws_secretsmanager_secret.support_desk.arn}"],
  [ROTATION, "source_arn", undefined],
  [ROTATION, "source_account", "999988887777"],
  [ROTATION, "source_account", undefined],
  [ROTATION, "action", "lambda:InvokeFunctionUrl"],
  [CHECK, "source_arn", "arn:aws:events:eu-west-1:111122223333:rule/other"],
  [CHECK, "source_arn", "${aws_secretsmanager_secret.reporting_agent.arn}"],
])("a rotation function that others may invoke stops the synthesis: %s with %s %s", (address, attribute, value) => {
  expect(changed(address, attribute, value)).toEqual([expect.stringContaining(`${address}: allows `)]);
});

test("a REST API also invokes functions only through its own authorizers", () => {
  const permission = "aws_lambda_permission.rest_scoped_invoke";
  const api = "${aws_api_gateway_rest_api.gateway.execution_arn}";
  expect(changed(permission, "source_arn", `${api}/*`, restDev())).toEqual([
    expect.stringContaining(`${permission}: allows apigateway.amazonaws.com`),
  ]);
});

test("a finding names the callers of the function in this stack", () => {
  expect(changed(ROTATION, "source_arn", undefined)[0]).toContain(
    "expected exactly lambda:InvokeFunction by events.amazonaws.com for " +
      "${aws_cloudwatch_event_rule.check_secret_reporting_agent.arn}, or secretsmanager.amazonaws.com for " +
      "${aws_secretsmanager_secret.reporting_agent.arn}",
  );
});

test("a further permission or a URL stops the synthesis", () => {
  const added = (add: (find: Find, stack: ConstructorParameters<typeof LambdaPermission>[0]) => void) =>
    violations((find, stack) => add(find, stack), rotated);
  const functionName = "${aws_lambda_function.callers.function_name}";
  expect(
    added((_, stack) => {
      new LambdaPermission(stack, "more", { functionName, action: "lambda:InvokeFunction", principal: "*" });
    }),
  ).toEqual([expect.stringContaining("aws_lambda_permission.more: allows * to perform lambda:InvokeFunction")]);
  expect(
    added((_, stack) => {
      new LambdaFunctionUrl(stack, "open", { functionName, authorizationType: "NONE" });
    }),
  ).toEqual([expect.stringContaining("aws_lambda_function_url.open: opens a function to the internet")]);
});
