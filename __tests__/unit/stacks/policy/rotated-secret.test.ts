import { policyDocument, type Statement } from "../../../../stacks/aws/policy-document";
import { type Find, violations } from "../../../support/policy";
import { rotatedIntent } from "../../../support/rotation";
import { testAll } from "../../../support/test-all";

const ROTATION = "aws_secretsmanager_secret_rotation.secret_rotation_reporting_agent";
const ROLE_POLICY = "aws_iam_role_policy.rotate_secret_reporting_agent";
const SECRET = "${aws_secretsmanager_secret.reporting_agent.arn}";
const intent = rotatedIntent();

const found = (change: (find: Find) => void) => violations(change, intent);
const granted = (statement: Partial<Statement>) =>
  found((find) =>
    find(ROLE_POLICY).addOverride("policy", policyDocument({ Sid: "x", Effect: "Allow", Action: [], ...statement })),
  );

test("the program's own declarations pass, and so does an environment without rotation", () => {
  expect(found(() => {})).toEqual([]);
  expect(violations(() => {})).toEqual([]);
});

testAll<[string, unknown, string]>([
  ["rotation_rules.automatically_after_days", 60, "does not rotate every 30 days"],
  ["rotation_rules.schedule_expression", "rate(90 days)", "does not rotate every 30 days"],
  ["rotate_immediately", false, "keeps using the first secret, which is in the state"],
  ["rotation_lambda_arn", "arn:aws:lambda:eu-west-1:1:function:x", "names no function of this stack"],
])("a rotation with another %s stops the synthesis: %s", (attribute, value, message) => {
  expect(found((find) => find(ROTATION).addOverride(attribute, value))).toContainEqual(
    expect.stringContaining(`${ROTATION}: ${message}`),
  );
});

test("only a secret that config rotates has a rotation", () => {
  const elsewhere = (find: Find) =>
    find(ROTATION).addOverride("secret_id", "${aws_secretsmanager_secret.support_desk.id}");
  expect(found(elsewhere)).toEqual(
    expect.arrayContaining([
      expect.stringContaining(
        "aws_secretsmanager_secret.reporting_agent: has 0 rotations: config asks for one every 30 days",
      ),
      expect.stringContaining(`${ROTATION}: rotates a secret that config does not rotate`),
    ]),
  );
});

const OTHER = "${aws_secretsmanager_secret.support_desk.arn}";
const POOL = "${aws_cognito_user_pool.customers.arn}";
const PLAIN = "arn:aws:secretsmanager:eu-west-1:1:secret:x";
const READ = "secretsmanager:GetSecretValue";

testAll<[string, Partial<Statement>]>([
  ["another secret", { Action: READ, Resource: OTHER }],
  ["both secrets", { Action: READ, Resource: [SECRET, OTHER] }],
  ["more of its secret", { Action: [READ, "secretsmanager:DeleteSecret"], Resource: SECRET }],
  ["more of its pool", { Action: "cognito-idp:UpdateUserPoolClient", Resource: POOL }],
  ["another log", { Action: "logs:PutLogEvents", Resource: "${aws_cloudwatch_log_group.callers.arn}:*" }],
  ["something by a plain ARN", { Action: READ, Resource: PLAIN }],
  ["an unnamed resource", { Action: READ }],
  ["its secret with NotAction", { NotAction: ["secretsmanager:DeleteSecret"], Resource: SECRET }],
])("a rotation that may access %s stops the synthesis", (_, statement) => {
  expect(granted(statement)).toContainEqual(
    expect.stringContaining(`${ROLE_POLICY}: lets the rotation of aws_secretsmanager_secret.reporting_agent do more`),
  );
});

test("each way to give the rotation's role a policy counts", () => {
  const role = "aws_iam_role.rotate_secret_reporting_agent";
  const policy = policyDocument({
    Sid: "x",
    Effect: "Allow",
    Action: "secretsmanager:GetSecretValue",
    Resource: "${aws_secretsmanager_secret.support_desk.arn}",
  });
  const inline = found((find) => find(role).addOverride("inline_policy", [{ name: "more", policy }]));
  const attached = found((find) =>
    find(role).addOverride("managed_policy_arns", ["arn:aws:iam::111122223333:policy/more"]),
  );
  for (const findings of [inline, attached]) {
    expect(findings).toContainEqual(
      expect.stringContaining(`${role}: lets the rotation of aws_secretsmanager_secret.reporting_agent do more`),
    );
  }
});

test("a rotation may have its required actions, and denials are not findings", () => {
  expect(granted({ Action: "secretsmanager:GetSecretValue", Resource: SECRET })).toEqual([]);
  expect(granted({ Effect: "Deny", Action: "iam:PassRole", Resource: "x" })).toEqual([]);
});
