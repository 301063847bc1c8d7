import {
  isReferenceTo,
  referencesIn,
  soleReference,
} from "../../../../packages/terraform-access-review/terraform-json/references";

const addresses = (text: string) => referencesIn(text).map(({ address, attribute }) => `${address}.${attribute}`);

test.each([
  ["no template", "aws_iam_role.a.arn", []],
  ["one", "${aws_iam_role.a.arn}", ["aws_iam_role.a.arn"]],
  ["two", "x ${aws_iam_role.a.arn}, ${aws_iam_role.b-2.id}", ["aws_iam_role.a.arn", "aws_iam_role.b-2.id"]],
  [
    "those after the closing brace of an object",
    '${jsonencode({"a" = {"b" = 1}, "c" = aws_iam_role.a.arn})} ${aws_iam_role.b.id}',
    ["aws_iam_role.a.arn", "aws_iam_role.b.id"],
  ],
  ["none in quotes", '${jsonencode({"scope" = "orders.read.all}", "id" = aws_iam_role.a.id})}', ["aws_iam_role.a.id"]],
  ["none that is escaped", "$${aws_iam_role.a.arn} ${aws_iam_role.b.arn}", ["aws_iam_role.b.arn"]],
  ["one that does not end", "${aws_iam_role.a.arn", ["aws_iam_role.a.arn"]],
  ["a data source with its type", "${data.aws_iam_role.a.arn}", ["data.aws_iam_role.a.arn"]],
])("references in a text: %s", (_, text, expected) => {
  expect(addresses(text)).toEqual(expected);
});

test("a text that is exactly one reference has that target", () => {
  expect(soleReference("${aws_iam_role.a.arn}")).toEqual({
    type: "aws_iam_role",
    name: "a",
    address: "aws_iam_role.a",
    attribute: "arn",
  });
  for (const text of ["x${aws_iam_role.a.arn}", "${aws_iam_role.a}", "${aws_iam_role.a.arn}${aws_iam_role.a.arn}", 1]) {
    expect(soleReference(text)).toBeUndefined();
  }
});

test("a reference matches only the same attribute of the same type", () => {
  expect(isReferenceTo("${aws_iam_role.a.arn}", "aws_iam_role.arn")).toBe(true);
  for (const text of [
    "${aws_iam_role.a.id}",
    "${aws_iam_user.a.arn}",
    "${aws_iam_role.a.arn[0]}",
    "aws_iam_role.arn",
  ]) {
    expect(isReferenceTo(text, "aws_iam_role.arn")).toBe(false);
  }
});
