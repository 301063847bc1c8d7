import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { IamRolePolicyAttachment } from "@cdktf/provider-aws/lib/iam-role-policy-attachment";
import { LambdaPermission } from "@cdktf/provider-aws/lib/lambda-permission";
import { CloudRunV2ServiceIamMember } from "@cdktf/provider-google/lib/cloud-run-v2-service-iam-member";
import { LoggingLogViewIamMember } from "@cdktf/provider-google/lib/logging-log-view-iam-member";
import { policyDocument } from "../../../../stacks/aws/policy-document";
import { AUDITORS, auditedDev, auditedPreview, auditedRest } from "../../../support/auditors";
import { type Find, violations } from "../../../support/policy";
import { stackOf, statements } from "../../../support/stack";
import { testAll } from "../../../support/test-all";

const AUDITED = auditedDev();
const ROLE = "aws_iam_role.auditors";
const POLICY = "aws_iam_role_policy.auditors";
const READ = { Sid: "More", Effect: "Allow" } as const;
const ROLE_NAME = stackOf(AUDITED).resource("aws_iam_role", "auditors").name;
const SECRET = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:x";
type Change = (find: Find, stack: Parameters<Parameters<typeof violations>[0]>[1]) => void;
const found = (change: Change) => violations(change, AUDITED);
/** The role's three statements, with one change. */
const permissions = (change: (all: ReturnType<typeof statements>) => void) => {
  const all = statements(stackOf(AUDITED).resource("aws_iam_role_policy", "auditors").policy);
  change(all);
  return JSON.stringify({ Version: "2012-10-17", Statement: all });
};
const written = (change: (all: ReturnType<typeof statements>) => void) =>
  found((find) => find(POLICY).addOverride("policy", permissions(change)));

testAll([
  ["http", auditedDev()],
  ["http, only in AWS", auditedDev({ awsRoles: AUDITORS.awsRoles })],
  ["http, only in Google", auditedDev({ googleGroups: AUDITORS.googleGroups })],
  ["rest", auditedRest()],
])("the program's own declarations pass: %s", (_, intent) => {
  expect(violations(() => {}, intent)).toEqual([]);
});

test("the program's own declarations pass under the shared-issuer handshake", () => {
  expect(violations(() => {}, auditedPreview(), "preview")).toEqual([]);
});

testAll<[string, (all: ReturnType<typeof statements>) => void, string?]>([
  ["an additional action", ([read]) => read.Action.push("secretsmanager:GetSecretValue")],
  ["unmasking", ([read]) => read.Action.push("logs:Unmask")],
  ["writing", ([read]) => read.Action.push("logs:PutLogEvents")],
  ["a secret", ([read]) => read.Resource.push(SECRET), "which is not a log group of this stack"],
  ["another log group", ([read]) => read.Resource.push("arn:aws:logs:eu-west-1:1:log-group:x:*"), "which is not a log"],
  ["reading without a resource", ([, find]) => find.Action.push("logs:FilterLogEvents")],
  ["no denial", (all) => all.pop()],
  ["a denial with a gap", ([, , deny]) => deny.NotAction.push("sts:AssumeRole")],
  ["a denial under a condition", ([, , deny]) => Object.assign(deny, { Condition: {} })],
  ["an additional statement", (all) => all.push({ ...all[0], Sid: "More" })],
])("%s in the role's policy stops the synthesis", (_, change, message = "grants auditors something other") => {
  expect(written(change)).toEqual(
    expect.arrayContaining([expect.stringMatching(new RegExp(`^${POLICY}: .*${message}.*auditors-read-logs-alone`))]),
  );
});

const VIEW = "google_logging_log_view_iam_binding.auditors";
const MEMBER = "google_logging_log_view_iam_member.more";
const attached =
  (role: string): Change =>
  (_, stack) =>
    new IamRolePolicyAttachment(stack, "more", { role, policyArn: "arn:aws:iam::aws:policy/x" });
const onView: Change = (_, stack) =>
  new LoggingLogViewIamMember(stack, "more", {
    ...{ parent: "projects/x", bucket: "b", name: "v" },
    ...{ role: "roles/logging.viewAccessor", member: "user:x@example.com" },
  });
const assigned =
  (address: string, attributes: object): Change =>
  (find) =>
    Object.assign(find(address), attributes);

testAll<[string, Change, string]>([
  [
    "another auditor",
    (find) => {
      const trust = { Sid: "Auditors", Effect: "Allow", Action: "sts:AssumeRole" };
      const Principal = { AWS: [...AUDITORS.awsRoles, "arn:aws:iam::999988887777:role/x"].sort() };
      find(ROLE).addOverride("assume_role_policy", JSON.stringify({ Statement: [{ ...trust, Principal }] }));
    },
    `${ROLE}: trusts principals other than the config's auditors`,
  ],
  [
    "a longer session",
    (find) => find(ROLE).addOverride("max_session_duration", 43_200),
    `${ROLE}: allows sessions longer`,
  ],
  ["another name", (find) => find(ROLE).addOverride("name", "storefront-dev-readers"), `${ROLE}: is missing`],
  [
    "a policy more",
    (_, stack) => new IamRolePolicy(stack, "more", { role: `\${${ROLE}.name}`, policy: '{"Statement":[]}' }),
    "aws_iam_role_policy.more: grants auditors more",
  ],
  ["a policy attached", attached(`\${${ROLE}.name}`), "aws_iam_role_policy_attachment.more: grants auditors more"],
  [
    "a policy inside the role",
    (find) =>
      find(ROLE).addOverride("inline_policy", [
        { name: "more", policy: policyDocument({ ...READ, Action: "s3:GetObject", Resource: "arn:aws:s3:::b/k" }) },
      ]),
    `${ROLE}: grants auditors more`,
  ],
  ["a policy by the role's name", attached(ROLE_NAME), "aws_iam_role_policy_attachment.more: grants auditors more"],
  [
    "policies that may be added by hand",
    (find) => find("aws_iam_role_policies_exclusive.auditors").addOverride("role_name", "other"),
    `${ROLE}: keeps policies that were added by hand`,
  ],
  [
    "a call of a function",
    (_, stack) =>
      new LambdaPermission(stack, "more", {
        action: "lambda:InvokeFunction",
        functionName: "x",
        principal: AUDITORS.awsRoles[0] ?? "",
      }),
    "aws_lambda_permission.more: names an auditor",
  ],
  [
    "a client's secret",
    (find) => {
      const read = { Effect: "Allow", Principal: { AWS: AUDITORS.awsRoles }, Action: "secretsmanager:GetSecretValue" };
      const policy = JSON.parse(
        stackOf(AUDITED).resource("aws_secretsmanager_secret_policy", "reporting_agent").policy,
      );
      find("aws_secretsmanager_secret_policy.reporting_agent").addOverride(
        "policy",
        JSON.stringify({ ...policy, Statement: [...policy.Statement, { ...read, Resource: SECRET }] }),
      );
    },
    "aws_secretsmanager_secret_policy.reporting_agent: names an auditor",
  ],
  [
    "a service",
    (_, stack) =>
      new CloudRunV2ServiceIamMember(stack, "more", {
        name: "x",
        role: "roles/run.invoker",
        member: "group:auditors@example.com",
      }),
    "google_cloud_run_v2_service_iam_member.more: names an auditor",
  ],
  [
    "another group",
    assigned(VIEW, { members: ["group:all@example.com"] }),
    `${VIEW}: grants access to principals other`,
  ],
  ["another role on the view", assigned(VIEW, { role: "roles/logging.admin" }), `${VIEW}: grants another role`],
  ["a view of everything", assigned(VIEW, { name: "_AllLogs" }), `${VIEW}: opens a view`],
  [
    "what containers print",
    assigned("google_logging_log_view.auditors", { filter: 'SOURCE("projects/storefront-dev")' }),
    "google_logging_log_view.auditors: shows logs other",
  ],
  [
    "the whole project's logs",
    assigned("google_logging_project_sink.auditors", { filter: "" }),
    "google_logging_project_sink.auditors: stores logs other",
  ],
  ["a member in addition to the binding", onView, `${MEMBER}: grants access to logs outside`],
])("%s stops the synthesis", (_, change, message) => {
  expect(found(change)).toEqual(expect.arrayContaining([expect.stringContaining(message)]));
});

test("without auditors in config no principal may read the logs", () => {
  const { auditors: _, ...withoutAuditors } = AUDITED;
  const left = violations(onView, withoutAuditors);
  expect(left).toEqual([expect.stringContaining(`${MEMBER}: grants access to logs outside`)]);
});
