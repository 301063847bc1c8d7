import { policyDocument, type Statement } from "../../../stacks/aws/policy-document";
import { violations } from "../../support/policy";

const ROLE = "arn:aws:iam::111122223333:role/x";
const RIGHT: Statement = { Sid: "x", Effect: "Allow", Principal: { AWS: [ROLE] }, Action: "sts:AssumeRole" };

/** What the rule says of a statement in place of the orders role's trust. */
const found = (statement: object) =>
  violations((find) =>
    find("aws_iam_role.orders").addOverride("assume_role_policy", policyDocument(statement as Statement)),
  );

test("a grant that names everything passes, and so does a denial to everybody", () => {
  expect(found(RIGHT)).toEqual([]);
  expect(found({ ...RIGHT, Effect: "Deny", Principal: "*" })).toEqual([]);
});

test.each([
  [{ ...RIGHT, Principal: "*" }, "Principal * has a wildcard"],
  [{ ...RIGHT, Principal: { AWS: ["*"] } }, "Principal * has a wildcard"],
  [{ ...RIGHT, Principal: { AWS: `${ROLE}*` } }, "Principal arn:aws:iam::111122223333:role/x* has a wildcard"],
  [{ ...RIGHT, Action: "*" }, "Action * has a wildcard"],
  [{ ...RIGHT, Action: ["sts:AssumeRole", "sts:*"] }, "Action sts:* has a wildcard"],
  [{ ...RIGHT, Resource: "arn:aws:s3:::bucket/?" }, "Resource arn:aws:s3:::bucket/? has a wildcard"],
  [{ ...RIGHT, NotAction: "iam:*" }, "NotAction grants everything but what it names"],
  [{ ...RIGHT, NotPrincipal: { AWS: ROLE } }, "NotPrincipal grants everything but what it names"],
  [{ ...RIGHT, NotResource: "x" }, "NotResource grants everything but what it names"],
])("%j stops the synthesis", (statement, message) => {
  expect(found(statement)).toEqual([expect.stringContaining(`aws_iam_role.orders: ${message}`)]);
});

test("a log group's streams are what AWS itself writes with a star, and no other ARN is", () => {
  const on = (Resource: string) => ({ Sid: "x", Effect: "Allow", Action: "logs:PutLogEvents", Resource });
  const policy = (statement: object) =>
    violations((find) =>
      find("aws_iam_role_policy.callers").addOverride("policy", policyDocument(statement as Statement)),
    );
  expect(policy(on("${aws_cloudwatch_log_group.callers.arn}:*"))).toEqual([]);
  expect(policy(on("${aws_lambda_function.callers.arn}:*"))).toHaveLength(1);
});
