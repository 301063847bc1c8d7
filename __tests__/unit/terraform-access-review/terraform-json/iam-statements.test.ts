import {
  attachedByList,
  conditionsOf,
  iamStatements,
  statementsOf,
  unreadPolicyArguments,
} from "../../../../packages/terraform-access-review/terraform-json/iam-statements";
import type { StackJson } from "../../../../packages/terraform-access-review/terraform-json/stack-json";

const ALLOW = { Effect: "Allow", Action: "s3:GetObject", Resource: "*" };
const document = (Statement: unknown, more = {}) => JSON.stringify({ Version: "2012-10-17", Statement, ...more });

test("a document has one statement or a list", () => {
  expect(statementsOf(document(ALLOW))).toEqual([ALLOW]);
  expect(statementsOf(document([ALLOW, { ...ALLOW, Effect: "Deny" }], { Id: "one" }))).toHaveLength(2);
});

test.each([
  ["no text, but an object", { Statement: [ALLOW] }],
  ["no JSON", "{"],
  ["a list", JSON.stringify([ALLOW])],
  ["no statement", document(undefined)],
  ["nothing in it", "{}"],
  ["a statement that is not an object", document([ALLOW, "x"])],
  ["a misspelled effect", document([{ ...ALLOW, Effect: "allow" }])],
  ["a misspelled field of a statement", document([{ Effect: "Allow", action: "*", Resource: "*" }])],
  ["an action that is no text", document([{ ...ALLOW, Action: 7 }])],
  ["a resource in a map", document([{ ...ALLOW, Resource: { a: "*" } }])],
  ["a principal in a map of maps", document([{ ...ALLOW, Principal: { AWS: { a: "*" } } }])],
  ["a condition that is no map", document([{ ...ALLOW, Condition: ["x"] }])],
  ["a condition without keys", document([{ ...ALLOW, Condition: { Bool: "true" } }])],
  ["a condition whose value is a map", document([{ ...ALLOW, Condition: { Bool: { "aws:x": { a: "true" } } } }])],
  ["a misspelled field of the document", document([ALLOW], { statement: [ALLOW] })],
  ["two lists of statements", `{"Statement":[],"Statement":${JSON.stringify([ALLOW])}}`],
  ["two actions", `{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*","Action":"s3:GetObject"}]}`],
  ["one field in two spellings", `{"Statement":[],"\\u0053tatement":${JSON.stringify([ALLOW])}}`],
  ["a text that Terraform assembles", "${data.aws_iam_policy_document.any.json}"],
])("a document with %s is not read at all", (_, text) => {
  expect(statementsOf(text)).toBeUndefined();
});

test("conditions may have numbers, booleans and lists", () => {
  const Condition = { NumericLessThan: { "aws:MultiFactorAuthAge": 60 }, Bool: { "aws:x": [true, "false"] } };
  expect(statementsOf(document({ ...ALLOW, Condition }))?.flatMap(conditionsOf)).toEqual([
    { operator: "NumericLessThan", key: "aws:MultiFactorAuthAge", values: ["60"] },
    { operator: "Bool", key: "aws:x", values: ["true", "false"] },
  ]);
});

test("statements are read from any argument, with the resource that contains them", () => {
  const stack = {
    provider: {},
    resource: {
      aws_iam_role: { a: { assume_role_policy: document(ALLOW), inline_policy: [{ policy: document(ALLOW) }] } },
      aws_sqs_queue: { b: { some_new_argument: document(ALLOW) } },
      google_thing: { c: { policy: document(ALLOW) } },
    },
  };
  expect(iamStatements(stack).map(({ resource }) => resource.address)).toEqual([
    "aws_iam_role.a",
    "aws_iam_role.a",
    "aws_sqs_queue.b",
  ]);
});

test("unreadable policies are named by their argument", () => {
  const unread = (attributes: object, type = "aws_iam_role") => unreadPolicyArguments({ type, attributes });
  expect(unread({ assume_role_policy: document(ALLOW), policy: null })).toEqual([]);
  expect(unread({ assume_role_policy: "{", inline_policy: { policy: "x" } })).toEqual([
    "assume_role_policy",
    "inline_policy",
  ]);
  expect(unread({ policy: "{" }, "google_thing")).toEqual([]);
});

test.each(["role", "user", "group"])("an exclusive list attaches what its own %s lacks", (holder) => {
  const attachment = `aws_iam_${holder}_policy_attachment`;
  const stack: StackJson = {
    provider: {},
    resource: {
      [`aws_iam_${holder}`]: { a: { name: "a" } },
      [attachment]: {
        own: { [holder]: `\${aws_iam_${holder}.a.name}`, policy_arn: "arn:own" },
        other: { [holder]: "b", policy_arn: "arn:other" },
      },
    },
  };
  const type = `aws_iam_${holder}_policy_attachments_exclusive`;
  const list = (...policy_arns: readonly string[]) =>
    attachedByList(stack, {
      ...{ type, name: "x", address: `${type}.x` },
      attributes: { [`${holder}_name`]: "a", policy_arns },
    });
  expect(list()).toEqual([]);
  expect(list("arn:own", `\${${attachment}.own.policy_arn}`)).toEqual([]);
  expect(list(`\${${attachment}.other.policy_arn}`)).toEqual(["arn:other"]);
  expect(list("arn:other", "arn:new")).toEqual(["arn:other", "arn:new"]);
});
