import { IamAccessKey } from "@cdktf/provider-aws/lib/iam-access-key";
import { IamPolicy } from "@cdktf/provider-aws/lib/iam-policy";
import { IamPolicyAttachment } from "@cdktf/provider-aws/lib/iam-policy-attachment";
import { IamRolePolicyAttachment } from "@cdktf/provider-aws/lib/iam-role-policy-attachment";
import { IamUser } from "@cdktf/provider-aws/lib/iam-user";
import { policyDocument } from "../../../../stacks/aws/policy-document";
import { violations } from "../../../support/policy";
import { restDev } from "../../../support/rest";

const ROLE = "aws_iam_role.callers";
const EVERYTHING = "arn:aws:iam::aws:policy/AdministratorAccess";
const PUSH_LOGS = "arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs";
const GATEWAY_LOGS = "aws_iam_role_policy_attachment.gateway_logs";

type Stack = Parameters<Parameters<typeof violations>[0]>[1];
const added = (add: (stack: Stack) => void) => violations((_, stack) => add(stack));
const attach = (stack: Stack, policyArn: string, role = `\${${ROLE}.name}`) =>
  new IamRolePolicyAttachment(stack, "more", { role, policyArn });

/** A policy of this stack, by the name of a role. */
const policy = (stack: Stack, name = `\${${ROLE}.name}`) =>
  new IamPolicy(stack, "own", {
    name,
    policy: policyDocument({ Sid: "x", Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::b/o" }),
  });

test("the AWS managed policy that AWS requires passes on the role that needs it", () => {
  const rest = restDev();
  expect(violations(() => {}, rest)).toEqual([]);
  expect(violations((find) => find(GATEWAY_LOGS).addOverride("policy_arn", EVERYTHING), rest)).toContainEqual(
    expect.stringContaining(`${GATEWAY_LOGS}: attaches ${EVERYTHING} to aws_iam_role.gateway_logs`),
  );
  expect(violations((find) => find(GATEWAY_LOGS).addOverride("role", `\${${ROLE}.name}`), rest)).toContainEqual(
    expect.stringContaining(`${GATEWAY_LOGS}: attaches ${PUSH_LOGS} to ${ROLE}`),
  );
});

test("a role's own policy of this stack passes, and another role's does not", () => {
  expect(
    added((stack) => {
      policy(stack);
      attach(stack, "${aws_iam_policy.own.arn}");
    }),
  ).toEqual([]);
  expect(
    added((stack) => {
      policy(stack, "${aws_iam_role.public.name}");
      attach(stack, "${aws_iam_policy.own.arn}");
    }),
  ).toEqual([
    expect.stringContaining(`aws_iam_role_policy_attachment.more: attaches \${aws_iam_policy.own.arn} to ${ROLE}`),
  ]);
});

test.each([EVERYTHING, "arn:aws:iam::111122223333:policy/unrelated", "${data.aws_iam_policy.all.arn}"])(
  "%s stops the synthesis, however a role gets it",
  (arn) => {
    const message = `attaches ${arn} to ${ROLE}: expected only policies of this stack`;
    expect(added((stack) => attach(stack, arn))).toEqual([
      expect.stringContaining(`aws_iam_role_policy_attachment.more: ${message}`),
    ]);
    expect(violations((find) => find(ROLE).addOverride("managed_policy_arns", [arn]))).toEqual([
      expect.stringContaining(`${ROLE}: ${message}`),
    ]);
    const exclusive = "aws_iam_role_policy_attachments_exclusive.callers";
    expect(violations((find) => Object.assign(find(exclusive), { policyArns: [arn] }))).toEqual([
      expect.stringContaining(`${exclusive}: ${message}`),
    ]);
  },
);

test("a policy attached to a role of another stack stops the synthesis", () => {
  expect(added((stack) => attach(stack, PUSH_LOGS, "administrator"))).toEqual([
    expect.stringContaining(`aws_iam_role_policy_attachment.more: attaches ${PUSH_LOGS} to a role outside this stack`),
  ]);
});

test("users with keys, and policies for several principals, stop the synthesis", () => {
  const message = "grants permissions, but not to one role";
  expect(
    added((stack) => {
      new IamUser(stack, "ann", { name: "ann", tags: {} });
      new IamAccessKey(stack, "ann-key", { user: "${aws_iam_user.ann.name}" });
      new IamPolicyAttachment(stack, "all", { name: "all", policyArn: EVERYTHING, roles: ["x"] });
    }),
  ).toEqual(
    expect.arrayContaining([
      expect.stringContaining(`aws_iam_user.ann: ${message}`),
      expect.stringContaining(`aws_iam_access_key.ann_key: ${message}`),
      expect.stringContaining(`aws_iam_policy_attachment.all: ${message}`),
    ]),
  );
});
