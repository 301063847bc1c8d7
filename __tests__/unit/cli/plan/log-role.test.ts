import { missingLogRole } from "../../../../cli/plan/refused-halfway";
import type { PlanJson } from "../../../../packages/terraform-access-review/plan/plan-json";
import { intentOf } from "../../../support/shop";

beforeEach(() => {
  jest.spyOn(console, "error").mockImplementation(() => {});
});
afterEach(() => jest.restoreAllMocks());

const dev = intentOf("dev");

const planOf = (type: string, action: string): PlanJson => ({
  format_version: "1.2",
  resource_changes: [{ address: `${type}.gateway`, type, mode: "managed", change: { actions: [action], after: {} } }],
});
const STAGE = planOf("aws_api_gateway_stage", "create");

/** The findings, and the questions to AWS. */
async function asked(out: string, plan = STAGE, { code = 0, ownsAccount = false } = {}) {
  const questions: string[] = [];
  const lines = await missingLogRole({ ...dev, aws: { ...dev.aws, ownsAccount } }, plan, (program, args) => {
    questions.push([program, ...args].join(" "));
    return { code, out, error: "" };
  });
  return { lines, questions };
}

test("reports an account whose API Gateway has no role for the logs of a REST API", async () => {
  expect(await asked('{"throttleSettings":{}}')).toEqual({
    lines: [
      "aws.ownsAccount  got no owner: API Gateway has no role for logs in the account 111122223333 in eu-west-1, and a REST API needs one\n" +
        "    set aws.ownsAccount: true in one environment of this account and region, and deploy that one first",
    ],
    questions: ["aws apigateway get-account --region eu-west-1 --output json"],
  });
  expect((await asked("{}", planOf("aws_api_gateway_method_settings", "update"))).lines).toHaveLength(1);
});

test("reports nothing if the role is set, or AWS does not answer", async () => {
  expect((await asked('{"cloudwatchRoleArn":"arn:aws:iam::111122223333:role/logs"}')).lines).toEqual([]);
  expect((await asked("", STAGE, { code: 254 })).lines).toEqual([]);
  expect((await asked("not JSON")).lines).toEqual([]);
});

test("asks nothing if the environment creates the role, or no REST API changes", async () => {
  for (const [plan, ownsAccount] of [
    [STAGE, true],
    [planOf("aws_api_gateway_stage", "no-op"), false],
    [planOf("aws_api_gateway_stage", "delete"), false],
    [planOf("aws_apigatewayv2_stage", "create"), false],
  ] as const) {
    expect(await asked("{}", plan, { ownsAccount })).toEqual({ lines: [], questions: [] });
  }
});
