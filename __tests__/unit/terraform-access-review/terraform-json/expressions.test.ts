import { expressionFaults } from "../../../../packages/terraform-access-review/terraform-json/expressions";
import { testAll } from "../../../support/test-all";

const DECLARED = ["aws_acm_certificate.gateway", "aws_cognito_user_pool_client.web", "aws_iam_role.callers"];
const isDeclared = (address: string) => DECLARED.includes(address);
const faults = (text: string) => expressionFaults(text, isDeclared);

testAll([
  "no template at all, with a $ and a { and 100% {of it}",
  "${aws_iam_role.callers.arn}",
  "https://${aws_iam_role.callers.name}/x and ${aws_iam_role.callers.inline_policy[0].name}",
  '${jsonencode({"client_id" = aws_cognito_user_pool_client.web.id, "scope" = "a/b c/d"})}',
  "0f1e-${sha256(jsonencode([aws_iam_role.callers.arn, aws_cognito_user_pool_client.web.id]))}",
  "${tolist(aws_acm_certificate.gateway.domain_validation_options).0.resource_record_name}",
  "${tolist(aws_acm_certificate.gateway.domain_validation_options)[0].resource_record_value}.",
  '${timeadd(timestamp(), "720h")}',
  '${trimprefix(aws_iam_role.callers.arn, "arn:aws:iam::")}',
  '${jsonencode({"arn" = aws_iam_role.callers.arn, name: aws_iam_role.callers.name})}',
  '$${file("/etc/passwd")} and %%{ if true } are these very characters',
])("a template that this program writes is allowed: %s", (text) => {
  expect(faults(text)).toEqual([]);
});

testAll([
  ["reads a file", '${file("/proc/self/environ")}'],
  ["reads a file in an allowed function", '${jsonencode(file("/etc/passwd"))}'],
  ["digests a file", '${sha256(file("/etc/passwd"))}'],
  ["digests a file directly", '${filesha256("/etc/passwd")}'],
  ["reads a file after a reference", 'x ${aws_iam_role.callers.arn} ${templatefile("/etc/passwd", {})}'],
  ["names a data source", "${data.aws_iam_policy_document.any.json}"],
  ["names the runner's folder", "${path.cwd}"],
  ["names a variable", "${var.token}"],
  ["names an undeclared resource", "${aws_iam_role.other.arn}"],
  ["calls a provider's function", '${provider::aws::arn_parse("x")}'],
  ["has a condition", '${true ? "a" : "b"}'],
  ["loops", "${[for each in aws_iam_role.callers : each]}"],
  ["hides a template in a text", '${jsonencode("${file("/etc/passwd")}")}'],
  ["has a directive", "%{ if true }x%{ endif }"],
  ["escapes an escape", '$$${file("/etc/passwd")}'],
  ["does not end", "${aws_iam_role.callers.arn"],
  ["makes a list from a file", '${tolist([file("/etc/passwd")]).0}'],
  ["makes a list from an undeclared resource", "${tolist(aws_acm_certificate.other.domain_validation_options).0.x}"],
  ["adds a file to a time", '${timeadd(file("/etc/passwd"), "1h")}'],
  ["makes a set", "${toset(aws_acm_certificate.gateway.domain_validation_options).0}"],
  ["takes an item by another expression", "${tolist(aws_acm_certificate.gateway.domain_validation_options)[path.cwd]}"],
  [
    "takes all items of a list",
    "${tolist(aws_acm_certificate.gateway.domain_validation_options).*.resource_record_name}",
  ],
  ["calls a method of a result", '${jsonencode(aws_iam_role.callers.arn).file("/etc/passwd")}'],
  ["has a reference after a result", "${sha256(aws_iam_role.callers.arn) path.cwd}"],
  ["names a function without a call", "${tolist}"],
  ["compares a path", '${path.cwd == "x"}'],
  ["compares a variable in a key", '${jsonencode({"x" = var.token == "x"})}'],
  ["calls a provider's function with an allowed name", '${provider::evil::sha256("x")}'],
  ["has a space before its arguments", '${file ("/etc/passwd")}'],
  ["has a comment before its arguments", '${file/**/("/etc/passwd")}'],
])("a template is refused if it %s", (_, text) => {
  expect(faults(text).length).toBeGreaterThan(0);
});
