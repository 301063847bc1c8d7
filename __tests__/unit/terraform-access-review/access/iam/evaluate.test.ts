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

testAll<[string, object]>([
  ["its role", { AWS: ROLE }],
  ["its role among others", { AWS: ["arn:aws:iam::111122223333:role/other", ROLE] }],
  ["its session", { AWS: "arn:aws:sts::111122223333:assumed-role/caller/session" }],
  ["anyone", { AWS: "*" }],
])("a trust policy that names %s allows", (_, Principal) => {
  expect(evaluate("trust", { ...TRUST, Principal })).toBe("allow");
});

testAll(["arn:aws:iam::111122223333:root", "111122223333"])(
  "a trust policy that names the account as %s leaves it to the caller's own policies",
  (AWS) => {
    expect(evaluate("trust", { ...TRUST, Principal: { AWS } })).toBe("account");
    expect(evaluate("trust", { ...TRUST, Principal: { AWS } }, TRUST)).toBe("allow");
    expect(evaluate("trust", TRUST, { ...TRUST, Effect: "Deny", Principal: { AWS } })).toBe("deny");
  },
);

test("the principal `*` without a kind is anyone too", () => {
  expect(evaluate("trust", { ...TRUST, Principal: "*" })).toBe("allow");
});

testAll<[string, object]>([
  ["another role", { AWS: "arn:aws:iam::111122223333:role/other" }],
  ["a pattern, which principals do not support", { AWS: "arn:aws:iam::111122223333:role/*" }],
  ["another account", { AWS: "arn:aws:iam::444455556666:root" }],
  ["a service", { Service: "lambda.amazonaws.com" }],
])("a trust policy that names %s does not allow", (_, Principal) => {
  expect(evaluate("trust", { ...TRUST, Principal })).toBe("none");
});

testAll([
  ["sts:assumerole", "allow"],
  ["sts:*", "allow"],
  ["*", "allow"],
  ["sts:Assume?ole", "allow"],
  ["sts:TagSession", "none"],
  ["iam:*", "none"],
])("the action %s: %s", (Action, expected) => {
  expect(evaluate("trust", { ...TRUST, Action })).toBe(expected);
  expect(evaluate("identity", { ...IDENTITY, Action: [Action] })).toBe(expected);
});

testAll([
  ["arn:aws:iam::111122223333:role/target", "allow"],
  ["arn:aws:iam::111122223333:role/*", "allow"],
  ["*", "allow"],
  ["arn:aws:iam::111122223333:role/targe", "none"],
  ["arn:aws:iam::111122223333:role/target2", "none"],
  ["arn.aws.iam..111122223333.role/target", "error: the resource arn.aws.iam..111122223333.role/target is no ARN"],
])("the resource %s: %s", (Resource, expected) => {
  expect(evaluate("identity", { ...IDENTITY, Resource })).toBe(expected);
});

test("an explicit deny wins, in any order", () => {
  expect(evaluate("trust", TRUST, { ...TRUST, Effect: "Deny" })).toBe("deny");
  expect(evaluate("trust", { ...TRUST, Effect: "Deny" }, TRUST)).toBe("deny");
});

test("a condition must hold", () => {
  const on = (value: string) => ({ ...TRUST, Condition: { StringEquals: { "aws:principalarn": value } } });
  expect(evaluate("trust", on(ROLE))).toBe("allow");
  expect(evaluate("trust", on(ROLE.toUpperCase()))).toBe("none");
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
])("an unknown %s is an error, not a decision", (name, kind, statement) => {
  expect(evaluate(kind, statement)).toMatch(new RegExp(`^error: .*${name}`));
});

test("another policy version, or an unknown element of the document, is an error", () => {
  expect(() => evaluatePolicy('{"Statement":[]}', REQUEST, "trust")).toThrow("version");
  expect(() => evaluatePolicy('{"Version":"2012-10-17","Statement":[],"X":1}', REQUEST, "trust")).toThrow("element X");
});
