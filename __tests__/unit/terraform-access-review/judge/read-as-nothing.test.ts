import { auditedDev } from "../../../support/auditors";
import { ledgerInWords } from "../../../support/ledger-words";
import { restDev } from "../../../support/rest";
import { stateOf } from "../../../support/rest-state";
import { rotatedIntent } from "../../../support/rotation";
import { dev, edited, effect, type Json } from "../../../support/synthesized-states";
import { testAll } from "../../../support/test-all";

type Edit = (resource: Json, copy: Json) => unknown;

const rotated = () => stateOf(rotatedIntent());
const audited = () => stateOf(auditedDev());
const rest = () => stateOf(restDev());
const first = (named: Json) => Object.values<Json>(named)[0];

/** Changes that an earlier version of the review reported as "unchanged" or "narrowed". */
const BROADER: readonly (readonly [string, Edit, (() => typeof dev)?])[] = [
  [
    "a new audit configuration that exempts members",
    (r) =>
      (r.google_project_iam_audit_config.x = {
        project: "p",
        service: "run.googleapis.com",
        audit_log_config: [{ log_type: "DATA_READ", exempted_members: ["user:mallory@example.com"] }],
      }),
  ],
  [
    "a second entry of one type of log, with members exempted",
    (r) =>
      r.google_project_iam_audit_config.sts.audit_log_config.push({
        log_type: "DATA_READ",
        exempted_members: ["user:mallory@example.com"],
      }),
  ],
  [
    "an authorizer that calls another address, which contains the function's",
    (r) => {
      const authorizer = r.aws_apigatewayv2_authorizer.scoped_path;
      authorizer.authorizer_uri = `https://evil.example.com/?${authorizer.authorizer_uri}`;
    },
  ],
  [
    "a statement with a misspelled field",
    (r) => {
      const role = first(r.aws_iam_role);
      const document = JSON.parse(role.assume_role_policy);
      document.Statement[0].condition = {};
      role.assume_role_policy = JSON.stringify(document);
    },
  ],
  [
    "an event sent to another account",
    (r) =>
      (r.aws_cloudwatch_event_target.x = {
        ...first(r.aws_cloudwatch_event_target),
        arn: "arn:aws:lambda:eu-west-1:999999999999:function:x",
      }),
    rotated,
  ],
  [
    "an event sent to another target than before",
    (r) => (first(r.aws_cloudwatch_event_target).arn = "${aws_lambda_function.callers.arn}"),
    rotated,
  ],
  [
    "an API by quick create",
    (r) => (r.aws_apigatewayv2_api.x = { name: "x", protocol_type: "HTTP", target: "https://mallory.example" }),
  ],
  [
    "an output of a secret",
    (_, { stack }) =>
      (stack.output.x = { value: "${nonsensitive(aws_cognito_user_pool_client.reporting_agent.client_secret)}" }),
  ],
  [
    "an output of a secret, marked as sensitive",
    (_, { stack }) =>
      (stack.output.x = { value: "${aws_cognito_user_pool_client.reporting_agent.client_secret}", sensitive: true }),
  ],
  [
    "an output that now contains a secret",
    (_, { stack }) => (stack.output.api_url.value = "${aws_cognito_user_pool_client.reporting_agent.client_secret}"),
  ],
  [
    "a rotation by another function",
    (r) => (first(r.aws_secretsmanager_secret_rotation).rotation_lambda_arn = "${aws_lambda_function.callers.arn}"),
    rotated,
  ],
  [
    "a secret of another client for a reader",
    (r) =>
      (r.aws_secretsmanager_secret_version.x = {
        ...r.aws_secretsmanager_secret_version.support_desk,
        secret_id: "${aws_secretsmanager_secret.reporting_agent.id}",
      }),
  ],
  [
    "entries of the default log bucket kept for one day",
    (r) =>
      (r.google_logging_project_bucket_config.x = {
        project: "p",
        location: "global",
        bucket_id: "_Default",
        retention_days: 1,
      }),
    audited,
  ],
  ["a disabled sink", (r) => (first(r.google_logging_project_sink).disabled = true), audited],
  [
    "a bucket with replication",
    (r) =>
      (r.aws_s3_bucket = {
        x: { bucket: "x", replication_configuration: [{ role: "arn:x", rules: [{ status: "Enabled" }] }] },
      }),
  ],
  [
    "an error response that quotes the authorizer",
    (r) =>
      (first(r.aws_api_gateway_gateway_response).response_templates = {
        "application/json": '{"token":"$context.authorizer.token"}',
      }),
    rest,
  ],
  ["a snapshot that no change renews", (r) => delete first(r.aws_api_gateway_deployment).triggers, rest],
  ["a throttle of another route", (r) => (first(r.aws_api_gateway_method_settings).method_path = "x/GET"), rest],
  [
    "another role that writes the gateway's logs",
    (r) => {
      r.aws_api_gateway_account ??= { x: { cloudwatch_role_arn: "arn:aws:iam::999999999999:role/x" } };
      first(r.aws_api_gateway_account).cloudwatch_role_arn = "arn:aws:iam::999999999999:role/x";
    },
    rest,
  ],
  [
    "a Google tag, which a condition elsewhere may use for a grant",
    (r) => (first(r.google_secret_manager_secret).tags = { "123/env": "prod" }),
  ],
];

testAll(BROADER.map(([name, edit, state = () => dev]) => [name, edit, state] as const))(
  "%s is broader",
  (_, edit, state) => {
    expect(effect(state(), edited(state(), edit))).toBe("broadened");
  },
);

test("an API by quick create is not read, and the ledger reports that", () => {
  const api = { name: "x", protocol_type: "HTTP", target: "https://mallory.example" };
  const { stack, policy } = edited(dev, (r) => (r.aws_apigatewayv2_api.x = api));
  const unread = ledgerInWords(stack, policy).filter(({ principal }) => principal === "NOT READ");
  expect(unread.map(({ resource, condition }) => [resource, condition])).toEqual([
    ["aws_apigatewayv2_api.x", "its argument target"],
  ]);
});
