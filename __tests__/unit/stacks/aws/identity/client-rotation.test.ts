import { rotatedIntent } from "../../../../support/rotation";
import { stackOf, statements } from "../../../../support/stack";

const TOPIC = "arn:aws:sns:eu-west-1:111122223333:on-call";
const NAME = "storefront-dev-rotate-reporting-agent";
const secret = "${aws_secretsmanager_secret.reporting_agent.arn}";
const rotated = stackOf(rotatedIntent());
const resource = (type: string, word: string) => rotated.resource(type, `${word}_reporting_agent`);

test("the function may access only this secret and this pool, and gets config and apply values as variables", () => {
  expect(statements(resource("aws_iam_role_policy", "rotate_secret").policy)).toEqual([
    {
      Sid: "WriteOwnLog",
      Effect: "Allow",
      Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
      Resource: "${aws_cloudwatch_log_group.rotate_secret_reporting_agent.arn}:*",
    },
    {
      Sid: "RotateOwnSecret",
      Effect: "Allow",
      Action: [
        "secretsmanager:DescribeSecret",
        "secretsmanager:GetSecretValue",
        "secretsmanager:PutSecretValue",
        "secretsmanager:UpdateSecretVersionStage",
      ],
      Resource: secret,
    },
    {
      Sid: "ChangeClientSecrets",
      Effect: "Allow",
      Action: [
        "cognito-idp:AddUserPoolClientSecret",
        "cognito-idp:DeleteUserPoolClientSecret",
        "cognito-idp:ListUserPoolClientSecrets",
      ],
      Resource: "${aws_cognito_user_pool.customers.arn}",
    },
  ]);
  expect(resource("aws_lambda_function", "rotate_secret")).toMatchObject({
    function_name: NAME,
    handler: "index.handler",
    runtime: "nodejs24.x",
    architectures: ["arm64"],
    environment: {
      variables: {
        CLIENT: "reporting-agent",
        CLIENT_ID: "${aws_cognito_user_pool_client.reporting_agent.id}",
        FIRST_LABEL: "FIRST",
        SCOPE: "orders/export orders/read",
        SECRET_ARN: secret,
        TOKEN_ENDPOINT: "https://storefront-dev.auth.eu-west-1.amazoncognito.com/oauth2/token",
        USER_POOL_ID: "${aws_cognito_user_pool.customers.id}",
      },
    },
  });
  expect(resource("aws_cloudwatch_log_group", "rotate_secret")).toEqual({
    name: `/aws/lambda/${NAME}`,
    retention_in_days: 7,
  });
});

test("Secrets Manager calls it only for this secret, immediately and then on schedule, once a version exists", () => {
  expect(resource("aws_lambda_permission", "secret_rotation")).toEqual({
    action: "lambda:InvokeFunction",
    function_name: "${aws_lambda_function.rotate_secret_reporting_agent.function_name}",
    principal: "secretsmanager.amazonaws.com",
    source_account: "111122223333",
    source_arn: secret,
  });
  expect(resource("aws_secretsmanager_secret_rotation", "secret_rotation")).toEqual({
    secret_id: "${aws_secretsmanager_secret.reporting_agent.id}",
    rotation_lambda_arn: "${aws_lambda_function.rotate_secret_reporting_agent.arn}",
    rotate_immediately: true,
    rotation_rules: { automatically_after_days: 30 },
    lifecycle: {
      replace_triggered_by: [
        "aws_secretsmanager_secret_version.reporting_agent.id",
        "aws_cognito_user_pool_domain.customers.id",
        "aws_cognito_user_pool_client.reporting_agent.allowed_oauth_scopes",
      ],
    },
    depends_on: [
      "aws_lambda_permission.secret_rotation_reporting_agent",
      "aws_secretsmanager_secret_version.reporting_agent",
    ],
  });
});

test("Terraform's version keeps its own label, and Terraform ignores moved labels", () => {
  const version = rotated.resource("aws_secretsmanager_secret_version", "reporting_agent");
  expect(version.version_stages).toEqual(["AWSCURRENT", "FIRST"]);
  // Terraform does not write a changed scope or token endpoint into it, because Cognito may have deleted that secret.
  expect(version.lifecycle).toEqual({
    ignore_changes: ["version_stages"],
    replace_triggered_by: ["aws_cognito_user_pool_client.reporting_agent.id"],
  });
});

test("once a day it logs the age, which becomes a metric by client", () => {
  expect(resource("aws_cloudwatch_event_rule", "check_secret").schedule_expression).toBe("cron(30 5 * * ? *)");
  expect(resource("aws_cloudwatch_event_target", "check_secret")).toMatchObject({
    arn: "${aws_lambda_function.rotate_secret_reporting_agent.arn}",
    input: '{"check":true}',
  });
  expect(resource("aws_lambda_permission", "check_secret")).toEqual({
    action: "lambda:InvokeFunction",
    function_name: "${aws_lambda_function.rotate_secret_reporting_agent.function_name}",
    principal: "events.amazonaws.com",
    source_arn: "${aws_cloudwatch_event_rule.check_secret_reporting_agent.arn}",
  });
  expect(resource("aws_cloudwatch_log_metric_filter", "secret_age")).toEqual({
    name: NAME,
    log_group_name: "${aws_cloudwatch_log_group.rotate_secret_reporting_agent.name}",
    pattern: '{ $.event = "secret-age" }',
    metric_transformation: {
      name: "ClientSecretAgeDays",
      namespace: "storefront-dev",
      value: "$.ageDays",
      dimensions: { Client: "$.client" },
    },
  });
});

test("alarms notify only the topics in config", () => {
  const notified = stackOf(rotatedIntent({ alarms: { actions: [TOPIC] } }));
  const actions = (stack: typeof notified) =>
    Object.entries(stack.all("aws_cloudwatch_metric_alarm")).flatMap(([name, { alarm_actions }]) =>
      name.endsWith("_reporting_agent") ? [alarm_actions] : [],
    );
  expect(actions(notified)).toEqual([[TOPIC], [TOPIC]]);
  expect(actions(rotated)).toEqual([undefined, undefined]);
});

test("a renamed client's rotation moves with it", () => {
  const clients = { "reporting-agent": null, reporter: { ...REPORTER, previousName: "reporting-agent" } };
  const moved: readonly { from: string; to: string }[] = stackOf(rotatedIntent({ clients })).json.moved;
  expect(moved).toContainEqual({
    from: "aws_lambda_function.rotate_secret_reporting_agent",
    to: "aws_lambda_function.rotate_secret_reporter",
  });
  expect(moved.every(({ from }) => rotated.addresses().includes(from))).toBe(true);
});

test("a disabled client, which gets no token, is not rotated", () => {
  const clients = { "reporting-agent": { rotateEveryDays: 30, disabled: true } };
  expect(stackOf(rotatedIntent({ clients })).addresses().join()).not.toMatch(/rotat/);
});

const REPORTER = {
  issuer: "customers",
  grant: "client_credentials",
  scopes: ["orders/read"],
  rotateEveryDays: 30,
};
