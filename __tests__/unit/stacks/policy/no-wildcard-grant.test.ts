import { policyDocument, type Statement } from "../../../../stacks/aws/policy-document";
import { auditedDev } from "../../../support/auditors";
import { violations } from "../../../support/policy";
import { testAll } from "../../../support/test-all";

const ROLE = "arn:aws:iam::111122223333:role/x";
const RIGHT: Statement = { Sid: "x", Effect: "Allow", Principal: { AWS: [ROLE] }, Action: "sts:AssumeRole" };

/** The rule's findings for a statement that replaces the orders role's trust. */
const found = (statement: object) =>
  violations((find) =>
    find("aws_iam_role.orders").addOverride("assume_role_policy", policyDocument(statement as Statement)),
  ).filter((each) => each.includes("(rule no-wildcard-grant)"));

test("a grant without wildcards passes, and so does a denial to all principals", () => {
  expect(found(RIGHT)).toEqual([]);
  expect(found({ ...RIGHT, Effect: "Deny", Principal: "*" })).toEqual([]);
});

testAll([
  [{ ...RIGHT, Principal: "*" }, "Principal * has a wildcard"],
  [{ ...RIGHT, Principal: { AWS: ["*"] } }, "Principal * has a wildcard"],
  [{ ...RIGHT, Principal: { AWS: `${ROLE}*` } }, "Principal arn:aws:iam::111122223333:role/x* has a wildcard"],
  [{ ...RIGHT, Action: "*" }, "Action * has a wildcard"],
  [{ ...RIGHT, Action: ["sts:AssumeRole", "sts:*"] }, "Action sts:* has a wildcard"],
  [{ ...RIGHT, Resource: "arn:aws:s3:::bucket/?" }, "Resource arn:aws:s3:::bucket/? has a wildcard"],
  [{ ...RIGHT, Action: "${var.action}" }, "Action ${var.action} is not readable before the apply"],
  [{ ...RIGHT, NotAction: "iam:*" }, "NotAction grants everything except what it names"],
  [{ ...RIGHT, NotPrincipal: { AWS: ROLE } }, "NotPrincipal grants everything except what it names"],
  [{ ...RIGHT, NotResource: "x" }, "NotResource grants everything except what it names"],
])("%j stops the synthesis", (statement, message) => {
  expect(found(statement)).toEqual([expect.stringContaining(`aws_iam_role.orders: ${message}`)]);
});

test("only a log group's streams may have a wildcard in their ARN", () => {
  const on = (Resource: string) => ({ Sid: "x", Effect: "Allow", Action: "logs:PutLogEvents", Resource });
  const policy = (statement: object) =>
    violations((find) =>
      find("aws_iam_role_policy.callers").addOverride("policy", policyDocument(statement as Statement)),
    );
  expect(policy(on("${aws_cloudwatch_log_group.callers.arn}:*"))).toEqual([]);
  expect(policy(on("${aws_lambda_function.callers.arn}:*"))).toHaveLength(1);
});

test("a policy inside a role is also checked", () => {
  const everything = JSON.stringify({ Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] });
  expect(
    violations((find) =>
      find("aws_iam_role.orders").addOverride("inline_policy", [{ name: "all", policy: everything }]),
    ),
  ).toEqual([
    expect.stringContaining("aws_iam_role.orders: Action * has a wildcard"),
    expect.stringContaining("aws_iam_role.orders: Resource * has a wildcard"),
  ]);
});

testAll([
  ["${data.aws_iam_policy_document.all.json}", "put together by a data source"],
  ['${jsonencode({"Statement":[]})}', "put together by a function"],
  ["{", "no JSON"],
  ["{}", "without statements"],
  ['{"Statement":["${local.statement}"]}', "whose statement is not readable before the apply"],
  ['{"Statement":[{"Effect":"${local.effect}","Action":"x","Resource":"x"}]}', "whose effect is"],
  ['{"Statement":[{"Effect":"Allow","action":"*","Resource":"x"}]}', "whose action no rule would look for"],
])("a policy that no rule can read stops the synthesis: %s", (policy) => {
  const unread = "has a policy that no rule can read: write its statements out, as JSON";
  expect(violations((find) => find("aws_iam_role_policy.callers").addOverride("policy", policy))).toEqual([
    expect.stringContaining(`aws_iam_role_policy.callers: ${unread}`),
  ]);
  expect(
    violations((find) => find("aws_iam_role.orders").addOverride("inline_policy", [{ name: "all", policy }])),
  ).toEqual([expect.stringContaining(`aws_iam_role.orders: ${unread}`)]);
});

test("an unreadable policy does not crash the rules on trust, secrets and auditors", () => {
  const intent = auditedDev();
  const unread = "${data.aws_iam_policy_document.all.json}";
  for (const [address, argument] of [
    ["aws_iam_role.auditors", "assume_role_policy"],
    ["aws_iam_role_policy.auditors", "policy"],
    ["aws_secretsmanager_secret_policy.reporting_agent", "policy"],
  ] as const) {
    expect(violations((find) => find(address).addOverride(argument, unread), intent)).toContainEqual(
      expect.stringContaining(`${address}: has a policy that no rule can read`),
    );
  }
});
