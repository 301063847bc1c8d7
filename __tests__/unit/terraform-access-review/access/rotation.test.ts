import { isDecidedByFunctions } from "../../../../packages/terraform-access-review/model/state";
import { stateOf } from "../../../support/rest-state";
import { rotatedIntent } from "../../../support/rotation";
import { accessBetween, edited, type Json, lines, rowsOf } from "../../../support/synthesized-states";
import { variantOf } from "../../../support/variant";

const ROLE = "role storefront-dev-rotate-reporting-agent";
const SECRET = "AWS secret storefront-dev/clients/reporting-agent";
const ROTATION = "aws_secretsmanager_secret_rotation.secret_rotation_reporting_agent";
const DAYS = `rotation_rules.automatically_after_days of ${ROTATION}`;
const CHANGES_IT =
  "secretsmanager:DescribeSecret, secretsmanager:GetSecretValue, secretsmanager:PutSecretValue, secretsmanager:UpdateSecretVersionStage";

const monthly = stateOf(rotatedIntent());
const changed = (patch: Parameters<typeof rotatedIntent>[0]) => stateOf(rotatedIntent(patch));

test("the ledger reports who may read and change a client's secret, and who starts the rotation", () => {
  const rows = rowsOf(monthly);
  const about = rows.filter(({ principal, resource }) => `${principal} ${resource}`.includes("rotate-reporting-agent"));
  expect(
    about.map(({ principal, permission, resource, condition }) => [principal, permission, resource, condition]),
  ).toEqual([
    [
      "events.amazonaws.com",
      "lambda:InvokeFunction",
      "function storefront-dev-rotate-reporting-agent",
      "source ARN aws_cloudwatch_event_rule.check_secret_reporting_agent",
    ],
    ["function storefront-dev-rotate-reporting-agent", "run as", ROLE, "-"],
    ["lambda.amazonaws.com", "sts:AssumeRole (trust policy)", ROLE, "-"],
    [ROLE, CHANGES_IT, SECRET, "-"],
    [
      ROLE,
      "logs:CreateLogStream, logs:PutLogEvents",
      "log group /aws/lambda/storefront-dev-rotate-reporting-agent:*",
      "-",
    ],
    [
      ROLE,
      "cognito-idp:AddUserPoolClientSecret, cognito-idp:DeleteUserPoolClientSecret, cognito-idp:ListUserPoolClientSecrets",
      "user pool storefront-dev-customers",
      "-",
    ],
    [
      "secretsmanager.amazonaws.com",
      "lambda:InvokeFunction",
      "function storefront-dev-rotate-reporting-agent",
      `source ARN ${SECRET}; source account 111122223333`,
    ],
  ]);
  const [denied] = rows.filter(({ permission, resource }) => permission.startsWith("DENY") && resource === SECRET);
  expect(denied?.condition).toContain("arn:aws:iam::111122223333:role/storefront-dev-rotate-reporting-agent");
});

test("rotating it less often is broader, more often narrower", () => {
  const alarm = "late_rotation_reporting_agent";
  const quarterly = edited(monthly, (resource) => {
    resource.aws_secretsmanager_secret_rotation.secret_rotation_reporting_agent.rotation_rules.automatically_after_days = 90;
    resource.aws_cloudwatch_metric_alarm[alarm].threshold = 92;
  });
  const late = `threshold of aws_cloudwatch_metric_alarm.${alarm}`;
  expect(lines(accessBetween(monthly, quarterly))).toEqual([`+ ${DAYS}: 30 → 90`, `+ ${late}: 32 → 92`]);
  expect(lines(accessBetween(quarterly, monthly))).toEqual([`- ${DAYS}: 90 → 30`, `- ${late}: 92 → 32`]);
});

test("removing a client with its rotation is not broader, because no secret is left to rotate", () => {
  const gone = edited(monthly, (resource) => {
    for (const named of Object.values<Json>(resource)) {
      for (const name of Object.keys(named).filter((each) => each.endsWith("reporting_agent"))) delete named[name];
    }
  });
  const { guards } = accessBetween(monthly, gone);
  expect(guards.filter(({ address }) => address === ROTATION)).toEqual([]);
});

test("a new scope of the client is reported for the client, and not for its rotation", () => {
  const narrow = changed({ clients: { "reporting-agent": { rotateEveryDays: 30, scopes: ["orders/read"] } } });
  expect(lines(accessBetween(narrow, monthly)).filter((each) => /rotat/.test(each))).toEqual([]);
});

const rotatedPreview = stateOf(variantOf("preview", { clients: { "reporting-agent": { rotateEveryDays: 30 } } }));

test("a function that rotates secrets decides nothing: without another function, the gateway decides", () => {
  expect(Object.keys(rotatedPreview.stack.resource.aws_lambda_function ?? {})).toEqual([
    "rotate_secret_reporting_agent",
  ]);
  expect(isDecidedByFunctions(rotatedPreview.stack)).toBe(false);
  expect(isDecidedByFunctions(monthly.stack)).toBe(true);
});

test("a function that no rotation names may decide on calls", () => {
  const { stack } = edited(rotatedPreview, (resource) => delete resource.aws_secretsmanager_secret_rotation);
  expect(isDecidedByFunctions(stack)).toBe(true);
});
