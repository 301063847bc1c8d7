import { violations } from "../../../support/policy";
import { rotatedIntent } from "../../../support/rotation";
import { intentOf } from "../../../support/shop";
import { testAll } from "../../../support/test-all";

const trusting = (Principal: unknown, also: object = {}) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Sid: "AuthorizerFunctions", Effect: "Allow", Principal, Action: "sts:AssumeRole", ...also }],
  });
/** The addresses of the rule's findings. */
const brokenBy = (address: string, policy: string, intent = rotatedIntent()) =>
  violations((find) => find(address).addOverride("assume_role_policy", policy), intent, intent.environment)
    .filter((found) => found.includes("(rule role-trust)"))
    .map((found) => found.split(":")[0]);
const LAMBDA = { Service: "lambda.amazonaws.com" };
const [CALLERS, PUBLIC] = ["${aws_iam_role.callers.arn}", "${aws_iam_role.public.arn}"];

testAll<[string, string]>([
  ["aws_iam_role.orders", trusting({ AWS: ["arn:aws:iam::111122223333:root"] })],
  ["aws_iam_role.orders", trusting({ AWS: [CALLERS, "arn:aws:iam::111122223333:role/other"] })],
  ["aws_iam_role.orders", trusting({ AWS: [PUBLIC] })],
  ["aws_iam_role.orders", trusting({ AWS: [CALLERS] }, { Action: "sts:*" })],
  ["aws_iam_role.orders", "${data.aws_iam_policy_document.other.json}"],
  ["aws_iam_role.callers", trusting({ AWS: "*" })],
  ["aws_iam_role.callers", trusting({ ...LAMBDA, AWS: [PUBLIC] }, { Sid: "Lambda" })],
  ["aws_iam_role.public", trusting({ Service: "ec2.amazonaws.com" }, { Sid: "Lambda" })],
  ["aws_iam_role.rotate_secret_reporting_agent", trusting({ AWS: [CALLERS] }, { Sid: "Lambda" })],
])("a role of the front door that others may assume stops the synthesis: %s", (address, policy) => {
  expect(brokenBy(address, policy)).toEqual([address]);
});

test("the role that writes the logs of REST APIs is assumed by API Gateway alone", () => {
  const change = trusting({ AWS: [CALLERS] }, { Sid: "ApiGateway" });
  const address = "aws_iam_role.gateway_logs";
  expect(brokenBy(address, change, intentOf("prod"))).toEqual([address]);
});
