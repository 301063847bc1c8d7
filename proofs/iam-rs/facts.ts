import type { Answer, Request } from "./evaluator";
import type { Statement } from "./statements";

interface Fact {
  readonly fact: string;
  readonly statements: readonly Statement[];
  readonly request: Request;
  readonly decision: Answer[0];
}

const ROLE = "arn:aws:iam::111122223333:role/reader";
const KEY = "arn:aws:s3:::bucket/folder/key";
const READ: Statement = {
  Sid: "read",
  Effect: "Allow",
  Principal: { AWS: [ROLE] },
  Action: ["s3:GetObject"],
  Resource: ["arn:aws:s3:::bucket/*"],
};
const REQUEST: Request = { Principal: { AWS: ROLE }, Action: "s3:GetObject", Resource: KEY, Context: {} };

type Row = readonly [fact: string, change: Partial<Statement>, request: Partial<Request>, decision: Answer[0]];

const rows: readonly Row[] = [
  // IAM JSON policy elements: Action, Resource and Principal.
  ["a statement that matches allows", {}, {}, "Allow"],
  ["the case of an action does not count", {}, { Action: "S3:getobject" }, "Allow"],
  ["the case of a resource counts", {}, { Resource: KEY.replace("bucket", "Bucket") }, "NotApplicable"],
  ["* also stands for slashes and for nothing", {}, { Resource: "arn:aws:s3:::bucket/" }, "Allow"],
  ["an action of another name is not allowed", {}, { Action: "s3:GetObjectAcl" }, "NotApplicable"],
  [
    "a role of another account is another principal",
    {},
    { Principal: { AWS: ROLE.replace("1111", "9999") } },
    "NotApplicable",
  ],
  ["a service is no role", { Principal: { Service: ["ec2.amazonaws.com"] } }, {}, "NotApplicable"],
  ["* is any principal", { Principal: "*" }, { Principal: { Service: "ec2.amazonaws.com" } }, "Allow"],
  [
    "NotAction: every other action",
    { Action: undefined, NotAction: ["s3:GetObject"] },
    { Action: "s3:PutObject" },
    "Allow",
  ],
  ["NotAction: not these", { Action: undefined, NotAction: ["s3:Get*"] }, {}, "NotApplicable"],
  ["NotResource: not these", { Resource: undefined, NotResource: ["arn:aws:s3:::bucket/*"] }, {}, "NotApplicable"],
  // Condition operators: a missing key, several values, several keys.
  ...conditions(
    "StringEquals",
    [["a", "b"], "b", "Allow"],
    [["a"], "A", "NotApplicable"],
    [["a"], undefined, "NotApplicable"],
  ),
  ...conditions(
    "ArnNotEquals",
    [[ROLE, KEY], ROLE, "NotApplicable"],
    [[ROLE], KEY, "Allow"],
    [[ROLE], undefined, "Allow"],
  ),
  ...conditions("ArnLike", [["arn:aws:s3:::b*"], KEY, "Allow"], [["arn:aws:s3:::c*"], KEY, "NotApplicable"]),
  ...conditions(
    "Bool",
    [["false"], false, "Allow"],
    [["false"], true, "NotApplicable"],
    [["false"], undefined, "NotApplicable"],
  ),
  ...conditions(
    "NotIpAddress",
    [["203.0.113.0/24", "2001:db8::/32"], "2001:db8::1", "NotApplicable"],
    [["203.0.113.0/24", "2001:db8::/32"], "198.51.100.7", "Allow"],
    [["203.0.113.0/24"], undefined, "Allow"],
  ),
  ...conditions(
    "ForAllValues:StringLike",
    [["a*"], ["ab", "ac"], "Allow"],
    [["a*"], ["ab", "b"], "NotApplicable"],
    [["a*"], [], "Allow"],
    [["a*"], undefined, "Allow"],
  ),
  ...conditions(
    "ForAnyValue:StringEquals",
    [["a"], ["b", "a"], "Allow"],
    [["a"], ["b"], "NotApplicable"],
    [["a"], undefined, "NotApplicable"],
  ),
  ...conditions("StringNotLike", [["a*", "b*"], "bc", "NotApplicable"], [["a*", "b*"], "c", "Allow"]),
  ...conditions("StringEqualsIfExists", [["a"], "b", "NotApplicable"], [["a"], undefined, "Allow"]),
  ...conditions("Null", [["true"], undefined, "Allow"], [["true"], "a", "NotApplicable"]),
  ...conditions("NumericLessThan", [["5"], "4", "Allow"], [["5"], "5", "NotApplicable"], [["5"], "x", "NotApplicable"]),
  [
    "two keys must both match",
    { Condition: { StringEquals: { "aws:x": ["a"], "aws:y": ["b"] } } },
    { Context: { "aws:x": "a" } },
    "NotApplicable",
  ],
];

type Case = readonly [values: readonly string[], value: Request["Context"][string] | undefined, decision: Answer[0]];

function conditions(operator: string, ...cases: readonly Case[]): readonly Row[] {
  return cases.map(([values, value, decision]) => [
    `${operator} ${values}: ${value}`,
    { Condition: { [operator]: { "aws:x": values } } },
    value === undefined ? {} : { Context: { "aws:x": value } },
    decision,
  ]);
}

/** What AWS documents about its policy language, in so far as the program's documents use it. */
export const FACTS: readonly Fact[] = [
  ...rows.map(([fact, change, request, decision]) => ({
    fact,
    statements: [{ ...READ, ...change }],
    request: { ...REQUEST, ...request },
    decision,
  })),
  {
    fact: "a statement that denies wins, whatever the order",
    statements: [{ ...READ, Sid: "deny", Effect: "Deny", Principal: "*" }, READ],
    request: REQUEST,
    decision: "Deny",
  },
];
