import { intentOf } from "../../__tests__/support/shop";
import { stackOf } from "../../__tests__/support/stack";
import { accessLedger } from "../../packages/terraform-access-review/access/ledger";
import { accessMarkdown } from "../../packages/terraform-access-review/render/ledger";

/** Statements of a project's own policies, in forms that the program itself never writes. */
const FORMS: readonly object[] = [
  { NotAction: ["iam:*", "sts:*"], Resource: "arn:aws:iam::111122223333:role/*" },
  { NotAction: "s3:GetObject", NotResource: ["arn:aws:s3:::a/*", "arn:aws:s3:::b/*"] },
  { Action: ["s3:Get*", "s3:ListBucket"], Resource: ["arn:aws:s3:::c/*", "arn:aws:s3:::d"] },
  { Effect: "Deny", Action: "s3:PutObject", NotResource: "arn:aws:s3:::c/*" },
  {
    Action: "ec2:*",
    Resource: "*",
    Condition: {
      StringEquals: { "aws:RequestedRegion": ["eu-west-1", "eu-west-2"] },
      Bool: { "aws:MultiFactorAuthPresent": "true" },
    },
  },
  {
    Action: "kms:Sign",
    Resource: "*",
    Condition: { StringLike: { "kms:KeyId": "a*" }, StringNotLike: { "kms:KeyId": ["ab*", "ac*"] } },
  },
  { Action: "kms:Decrypt", Resource: "*", Condition: { Null: { "kms:ViaService": "true" } } },
  { Action: "kms:Encrypt", Resource: "*", Condition: { StringEqualsIfExists: { "kms:ViaService": "x" } } },
  { Action: "kms:Verify", Resource: "*", Condition: { NumericLessThan: { "aws:MultiFactorAuthAge": "3600" } } },
  {
    Action: "kms:TagResource",
    Resource: "*",
    Condition: { "ForAnyValue:StringEquals": { "aws:TagKeys": ["a", "b"] } },
  },
  {
    Action: "logs:PutLogEvents",
    Resource: ["${aws_cloudwatch_log_group.callers.arn}", "arn:aws:logs:eu-west-?:111122223333:log-group:x"],
  },
];

/** Dev with them, and its ledger. */
export function withOwnPolicies(): Readonly<Record<string, string>> {
  const stack = structuredClone(stackOf(intentOf("dev")).json);
  for (const [index, form] of FORMS.entries())
    stack.resource.aws_iam_role_policy[`own_${index}`] = {
      // The first two would allow nearly all that the others allow.
      role: `\${aws_iam_role.${["accounts", "catalog"][index] ?? "callers"}.name}`,
      policy: JSON.stringify({ Version: "2012-10-17", Statement: { Effect: "Allow", ...form } }),
    };
  const Statement = {
    Effect: "Allow",
    Principal: { Service: ["logging.s3.amazonaws.com", "delivery.logs.amazonaws.com"] },
    Action: "s3:PutObject",
    Resource: "${aws_s3_bucket.own.arn}/*",
    Condition: { ArnLike: { "aws:SourceArn": "${aws_s3_bucket.own.arn}" } },
  };
  stack.resource.aws_s3_bucket = { own: { bucket: "own" } };
  stack.resource.aws_s3_bucket_policy = {
    own: { bucket: "own", policy: JSON.stringify({ Version: "2012-10-17", Statement: [Statement] }) },
  };
  return { "main.tf.json": JSON.stringify(stack), "access.md": accessMarkdown("dev", accessLedger(stack)) };
}
