import { type AwsAssertion, conditionHolds, mapAttributes } from "../../../../packages/local-front-door/google/sts";
import { testAll } from "../../../support/test-all";

const ROLE = "arn:aws:sts::111122223333:assumed-role/storefront-dev-orders";
const ASSERTION: AwsAssertion = {
  arn: `${ROLE}/callers.orders`,
  account: "111122223333",
  userid: "AROA:callers.orders",
};

const mapped = (mapping: Record<string, string>, assertion = ASSERTION) =>
  Object.fromEntries(mapAttributes(new Map(Object.entries(mapping)), assertion));

test("without a mapping Google's default applies", () => {
  expect(mapped({})).toEqual({ "google.subject": ASSERTION.arn, "attribute.aws_role": ROLE });
});

test("any mapping replaces Google's default completely", () => {
  expect(mapped({ "google.subject": "assertion.userid" })).toEqual({ "google.subject": "AROA:callers.orders" });
});

test("a principal that is not an assumed role keeps its own name", () => {
  const arn = "arn:aws:iam::111122223333:user/ann";
  expect(mapped({}, { ...ASSERTION, arn })).toMatchObject({ "attribute.aws_role": arn });
});

testAll([
  ["{account}:assumed-role", "arn:aws:sts::111122223333"],
  ["assumed-role/{role}/", "storefront-dev-orders"],
  ["assumed-role/{rest}", "storefront-dev-orders/callers.orders"],
  ["user/{name}", ""],
  ["assumed-role/{role}#", ""],
])("extract('%s') gives %j", (template, expected) => {
  expect(mapped({ "google.subject": `assertion.account + assertion.arn.extract('${template}')` })).toEqual({
    "google.subject": `111122223333${expected}`,
  });
});

testAll([
  ["no subject", { "attribute.aws_role": "assertion.arn" }],
  ["an empty subject", { "google.subject": "''" }],
  ["a subject that is too long", { "google.subject": `'${"x".repeat(128)}'` }],
  ["a subject that is not a string", { "google.subject": "1" }],
  ["an unknown claim", { "google.subject": "assertion.name" }],
  ["a text that is not CEL", { "google.subject": "assertion." }],
  ["an unknown function", { "google.subject": "assertion.arn.reverse()" }],
  ["a template with two placeholders", { "google.subject": "assertion.arn.extract('{a}/{b}')" }],
  ["an invalid attribute name", { "google.subject": "assertion.arn", aws_role: "assertion.arn" }],
])("%s admits no principal", (_, mapping) => {
  expect(() => mapped(mapping as unknown as Record<string, string>)).toThrow();
});

test("a subject may have 127 bytes", () => {
  expect(mapped({ "google.subject": `'${"x".repeat(127)}'` })).toBeDefined();
});

testAll([
  ["attribute.aws_role in ['arn:aws:sts::111122223333:assumed-role/storefront-dev-orders']", true],
  ["attribute.aws_role in ['arn:aws:sts::111122223333:assumed-role/storefront-dev-order']", false],
  ["attribute.aws_role in []", false],
  ["google.subject.startsWith('arn:aws:sts::111122223333:')", true],
  ["assertion.account == '444455556666'", false],
])("the condition %s: %s", (condition, expected) => {
  expect(conditionHolds(condition, mapAttributes(new Map(), ASSERTION), ASSERTION)).toBe(expected);
});

test("without a condition every mapped principal is admitted", () => {
  expect(conditionHolds(undefined, new Map(), ASSERTION)).toBe(true);
});

testAll(["'yes'", "attribute.unknown == 'x'", "attribute.aws_role in", "assertion.arn.matches("])(
  "the condition %s admits no principal",
  (condition) => {
    expect(() => conditionHolds(condition, mapAttributes(new Map(), ASSERTION), ASSERTION)).toThrow();
  },
);
