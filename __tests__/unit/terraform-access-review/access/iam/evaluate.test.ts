import { evaluatePolicy, type IamRequest } from "../../../../../packages/terraform-access-review/access/iam/evaluate";
import { testAll } from "../../../../support/test-all";

const ROLE = "arn:aws:iam::111122223333:role/caller";
const REQUEST: IamRequest = {
  action: "sts:AssumeRole",
  resource: "arn:aws:iam::111122223333:role/target",
  principals: [ROLE, "arn:aws:sts::111122223333:assumed-role/caller/session"],
  context: { "aws:PrincipalArn": ROLE },
};

const TRUST = { Effect: "Allow", Principal: { AWS: ROLE }, Action: "sts:AssumeRole" };
const IDENTITY = { Effect: "Allow", Action: "sts:AssumeRole", Resource: REQUEST.resource };

function evaluate(kind: "trust" | "identity", ...statements: readonly object[]): string {
  const text = JSON.stringify({ Version: "2012-10-17", Statement: statements });
  try {
    return evaluatePolicy(text, REQUEST, kind);
  } catch (error) {
    return `error: ${(error as Error).message}`;
  }
}

/** `verdicts.test.ts` compares every other decision with a simulator's. */
test("a pattern names no principal, because principals do not support patterns", () => {
  const Principal = { AWS: "arn:aws:iam::111122223333:role/*" };
  expect(evaluate("trust", { ...TRUST, Principal })).toBe("none");
});

testAll<[string, "trust" | "identity", object]>([
  ["NotAction", "trust", { ...TRUST, NotAction: "x" }],
  ["NotPrincipal", "trust", { ...TRUST, NotPrincipal: "x" }],
  ["NotResource", "identity", { ...IDENTITY, NotResource: "x" }],
  ["condition operator", "trust", { ...TRUST, Condition: { IpAddress: { "aws:PrincipalArn": "x" } } }],
  ["condition operator", "trust", { ...TRUST, Condition: { NumericNotLessThan: { "aws:PrincipalArn": "1" } } }],
  ["condition operator", "trust", { ...TRUST, Condition: { BoolNotEquals: { "aws:PrincipalArn": "true" } } }],
  ["condition key", "trust", { ...TRUST, Condition: { StringEquals: { "sts:ExternalId": "x" } } }],
  ["condition key", "trust", { ...TRUST, Action: "x", Condition: { StringEquals: { "sts:ExternalId": "x" } } }],
  ["condition key", "identity", { ...IDENTITY, Resource: "arn:aws:iam::*:role/${aws:PrincipalTag/x}" }],
  ["Federated", "trust", { ...TRUST, Principal: { Federated: "x" } }],
  ["effect", "trust", { ...TRUST, Effect: "allow" }],
  ["resource", "trust", { ...TRUST, Resource: "*" }],
  ["principal", "identity", { ...IDENTITY, Principal: "*" }],
  ["principal", "trust", { ...TRUST, Principal: undefined }],
  ["strings", "trust", { ...TRUST, Action: 7 }],
  ["ARN", "identity", { ...IDENTITY, Resource: "arn.aws.iam..111122223333.role/target" }],
])("an unknown %s is an error, not a decision", (name, kind, statement) => {
  expect(evaluate(kind, statement)).toMatch(new RegExp(`^error: .*${name}`));
});

test("another policy version, or an unknown element of the document, is an error", () => {
  expect(() => evaluatePolicy('{"Statement":[]}', REQUEST, "trust")).toThrow("version");
  expect(() => evaluatePolicy('{"Version":"2012-10-17","Statement":[],"X":1}', REQUEST, "trust")).toThrow("element X");
});
