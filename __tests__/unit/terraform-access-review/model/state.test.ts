import { isDecidedByFunctions } from "../../../../packages/terraform-access-review/model/state";
import type { StackJson } from "../../../../packages/terraform-access-review/terraform-json/stack-json";
import { testAll } from "../../../support/test-all";

const authorizer = (authorizer_type: string) => ({ aws_apigatewayv2_authorizer: { x: { authorizer_type } } });

testAll([
  ["nothing", {}, false],
  ["a function", { aws_lambda_function: { callers: {} } }, true],
  ["a JWT authorizer", authorizer("JWT"), false],
  ["a Lambda authorizer", authorizer("REQUEST"), true],
  ["an authorizer of a REST API", { aws_api_gateway_authorizer: { x: {} } }, true],
] as const)("in a stack with %s, a function decides: %j", (_, resource, decides) => {
  expect(isDecidedByFunctions({ resource } as unknown as StackJson)).toBe(decides);
});
