import type { Intent } from "../../../intent/intent";
import { accessLedger } from "../../../review/access";
import { changeOfStacks } from "../../../review/change/from-stacks";
import { guardSentence, rowSentence } from "../../../review/report/sentences";
import { verdictOf } from "../../../review/report/verdict";
import { authorizerPolicy } from "../../../stacks/authorizer-policy";
import { rotatedIntent } from "../../support/rotation";
import { intentOf, stackOf } from "../../support/stack";

const ROLE = "role storefront-dev-rotate-reporting-agent";
const SECRET = "AWS secret storefront-dev/clients/reporting-agent";
const ROTATION = "aws_secretsmanager_secret_rotation.secret_rotation_reporting_agent";

const every = (rotateEveryDays: number | null) =>
  rotatedIntent({ clients: { "reporting-agent": { rotateEveryDays } } });
const stateOf = (intent: Intent) => ({ stack: stackOf(intent).json, policy: authorizerPolicy(intent) });

test("the ledger says who may read and change a client's secret, and who has that done", () => {
  const rows = accessLedger(stateOf(every(30)).stack, stateOf(every(30)).policy);
  const about = rows.filter(({ who, on }) => `${who} ${on}`.includes("rotate-reporting-agent"));
  expect(about.map(({ who, may, on, under }) => [who, may, on, under])).toEqual([
    [
      "events.amazonaws.com",
      "lambda:InvokeFunction",
      "function storefront-dev-rotate-reporting-agent",
      "called as aws_cloudwatch_event_rule.check_secret_reporting_agent",
    ],
    ["function storefront-dev-rotate-reporting-agent", "run as", "role storefront-dev-rotate-reporting-agent", "-"],
    ["lambda.amazonaws.com", "sts:AssumeRole (trusted)", ROLE, "-"],
    [
      ROLE,
      "secretsmanager:DescribeSecret, secretsmanager:GetSecretValue, secretsmanager:PutSecretValue, secretsmanager:UpdateSecretVersionStage",
      SECRET,
      "-",
    ],
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
      `called as ${SECRET}`,
    ],
  ]);
  const [denied] = rows.filter(({ may, on }) => may.startsWith("DENY") && on === SECRET);
  expect(denied?.under).toContain("arn:aws:iam::111122223333:role/storefront-dev-rotate-reporting-agent");
});

function told(before: Intent, after: Intent) {
  const model = changeOfStacks("dev", stateOf(before), stateOf(after));
  const { rows, guards } = model.access;
  const said = [
    ...rows.map((row) => `${row.effect}: ${rowSentence(row)}`),
    ...guards.map((guard) => `${guard.effect}: ${guardSentence(guard)}`),
  ];
  return { access: verdictOf(model).access, said };
}

test("to rotate a secret says so, and who may change it from now on", () => {
  const { access, said } = told(intentOf("dev"), every(30));
  expect(access).toBe("broadened");
  expect(said).toContain(`narrowed: a client's secret is rotated from now on (${ROTATION})`);
  expect(said).toContain(
    `broadened: ${ROLE} may now secretsmanager:DescribeSecret, secretsmanager:GetSecretValue, secretsmanager:PutSecretValue, secretsmanager:UpdateSecretVersionStage on ${SECRET}`,
  );
});

test("to rotate it no longer is broader, and says what comes of it", () => {
  const { access, said } = told(every(30), intentOf("dev"));
  expect(access).toBe("broadened");
  expect(said.filter((line) => line.startsWith("broadened"))).toContain(
    `broadened: a client's secret is no longer rotated: it never changes from now on (${ROTATION})`,
  );
});

test("to rotate it more rarely is broader, more often narrower", () => {
  const late = "threshold of aws_cloudwatch_metric_alarm.late_rotation_reporting_agent is";
  expect(told(every(30), every(90))).toEqual({
    access: "broadened",
    said: [
      `broadened: ${late} weaker: 32 → 92`,
      `broadened: a client's secret is rotated every 90 days instead of every 30 (${ROTATION})`,
    ],
  });
  expect(told(every(90), every(30))).toEqual({
    access: "narrowed",
    said: [
      `narrowed: ${late} stronger: 92 → 32`,
      `narrowed: a client's secret is rotated every 30 days instead of every 90 (${ROTATION})`,
    ],
  });
});

test("a client that goes takes its rotation along: nothing is left that would no longer be rotated", () => {
  const gone = rotatedIntent({ clients: { "reporting-agent": null } });
  expect(told(every(30), gone).said.join("\n")).not.toContain("no longer rotated");
});

test("another who is told is stronger, nobody who is told is weaker", () => {
  const actions = ["arn:aws:sns:eu-west-1:111122223333:on-call"];
  const loud = rotatedIntent({ alarms: { actions } });
  expect(told(every(30), loud).access).toBe("narrowed");
  expect(told(loud, every(30)).access).toBe("broadened");
});

test("a scope that the client gets is told as the client's, and of the rotation nothing more", () => {
  const narrow = rotatedIntent({ clients: { "reporting-agent": { rotateEveryDays: 30, scopes: ["orders/read"] } } });
  expect(told(narrow, every(30)).said.filter((line) => /rotat/.test(line))).toEqual([]);
});
