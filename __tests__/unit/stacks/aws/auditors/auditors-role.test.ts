import { evaluatePolicy } from "../../../../../packages/terraform-access-review/access/iam/evaluate";
import { AUDITORS, auditedDev, auditedPreview, auditedRest } from "../../../../support/auditors";
import { rotatedIntent } from "../../../../support/rotation";
import { stackOf, statements } from "../../../../support/stack";
import { testAll } from "../../../../support/test-all";

const ROLE = "aws_iam_role.auditors";
const groupsOf = (stack: ReturnType<typeof stackOf>) =>
  Object.keys(stack.all("aws_cloudwatch_log_group")).map((name) => `\${aws_cloudwatch_log_group.${name}.arn}:*`);

testAll([
  ["http", auditedDev(), 3],
  ["rest, with a firewall", auditedRest(), 4],
  ["with the shared-issuer handshake", auditedPreview(), 1],
  ["with a client whose secret is rotated", rotatedIntent({ auditors: AUDITORS }), 4],
])("%s: exactly the config's roles may assume it, and it reads every log group of the stack", (_, intent, count) => {
  const stack = stackOf(intent);
  const role = stack.resource("aws_iam_role", "auditors");
  expect(role).toMatchObject({ name: `${intent.prefix}-auditors`, max_session_duration: 3600 });
  expect(statements(role.assume_role_policy)).toEqual([
    {
      Sid: "Auditors",
      Effect: "Allow",
      Principal: { AWS: [...AUDITORS.awsRoles].sort() },
      Action: "sts:AssumeRole",
    },
  ]);
  const [read] = statements(stack.resource("aws_iam_role_policy", "auditors").policy);
  expect(read.Resource).toHaveLength(count);
  expect([...read.Resource].sort()).toEqual(groupsOf(stack).sort());
  expect(stack.resource("aws_iam_role_policies_exclusive", "auditors")).toEqual({
    policy_names: ["${aws_iam_role_policy.auditors.name}"],
    role_name: `\${${ROLE}.name}`,
  });
  expect(stack.resource("aws_iam_role_policy_attachments_exclusive", "auditors")).toMatchObject({ policy_arns: [] });
});

describe("IAM's evaluation of its policy", () => {
  const GROUP = "arn:aws:logs:eu-west-1:111122223333:log-group:/aws/vendedlogs/storefront-dev-access";
  const written: string = stackOf(auditedDev()).resource("aws_iam_role_policy", "auditors").policy;
  const policy = written
    .replaceAll("${aws_cloudwatch_log_group.access.arn}", GROUP)
    .replaceAll(/\$\{aws_cloudwatch_log_group\.(\w+)\.arn\}/g, `${GROUP.split(":/")[0]}:/aws/lambda/storefront-dev-$1`);
  const verdict = (action: string, resource: string) =>
    evaluatePolicy(policy, { action, resource, principals: [], context: {} }, "identity");

  testAll([
    ["logs:FilterLogEvents", `${GROUP}:*`],
    ["logs:StartQuery", `${GROUP}:*`],
    ["logs:GetQueryResults", `${GROUP}:*`],
    ["logs:GetLogEvents", `${GROUP}:log-stream:2026/11/25`],
    ["logs:DescribeQueryDefinitions", "*"],
  ])("%s of its own group is allowed", (action, resource) => {
    expect(verdict(action, resource)).toBe("allow");
  });

  testAll([
    ["logs:FilterLogEvents", "arn:aws:logs:eu-west-1:111122223333:log-group:/aws/lambda/payroll:*"],
    ["logs:StartQuery", `${GROUP}-of-another:*`],
  ])("%s of another group is not", (action, resource) => {
    expect(verdict(action, resource)).toBe("none");
  });

  testAll([
    ["secretsmanager:GetSecretValue", "arn:aws:secretsmanager:eu-west-1:111122223333:secret:storefront-dev/clients/x"],
    ["execute-api:Invoke", "arn:aws:execute-api:eu-west-1:111122223333:abc/live/GET/orders"],
    ["sts:AssumeRole", "arn:aws:iam::111122223333:role/storefront-dev-orders"],
    ["sts:GetWebIdentityToken", "arn:aws:iam::111122223333:role/storefront-dev-auditors"],
    ["lambda:InvokeFunction", "arn:aws:lambda:eu-west-1:111122223333:function:storefront-dev-callers"],
    ["cognito-idp:DescribeUserPoolClient", "arn:aws:cognito-idp:eu-west-1:111122223333:userpool/x"],
    ["s3:GetObject", "arn:aws:s3:::storefront-terraform-state/storefront/dev.tfstate"],
    ["logs:Unmask", `${GROUP}:*`],
    ["logs:PutLogEvents", `${GROUP}:*`],
    ["logs:DeleteLogGroup", `${GROUP}:*`],
    ["logs:StopQuery", "*"],
  ])("%s is denied, whatever else is attached", (action, resource) => {
    expect(verdict(action, resource)).toBe("deny");
  });
});
