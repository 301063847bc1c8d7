import { isDecidedByFunctions } from "../../../review/change/state";
import { rotatedIntent } from "../../support/rotation";
import { stackOf } from "../../support/stack";
import { variantOf } from "../../support/variant";

test("a function that rotates secrets decides nothing: where no other one is, the gateway decides", () => {
  const preview = variantOf("preview", { clients: { "reporting-agent": { rotateEveryDays: 30 } } });
  const stack = stackOf(preview);
  expect(Object.keys(stack.all("aws_lambda_function"))).toEqual(["rotate_secret_reporting_agent"]);
  expect(isDecidedByFunctions(stack.json)).toBe(false);
  expect(isDecidedByFunctions(stackOf(rotatedIntent()).json)).toBe(true);
});

test("a function that no rotation names may decide anything", () => {
  const { json } = stackOf(variantOf("preview", { clients: { "reporting-agent": { rotateEveryDays: 30 } } }));
  delete json.resource.aws_secretsmanager_secret_rotation;
  expect(isDecidedByFunctions(json)).toBe(true);
});
