import { readFileSync } from "node:fs";
import { answeredRules, staleAnswers, verdictOn } from "../../../../cli/scan/answers";

const finding = (rule: string, stack = "dev", resource = "aws_s3_bucket.state") => ({
  rule,
  stack,
  resource,
  title: "t",
});
const probe = (stack: string) => finding("CKV_AWS_18", stack, "resource.scanner_probe");

test("rules are the first cells of the table", () => {
  const table =
    "| rule | asks | answer |\n|---|---|---|\n| CKV_AWS_18, AWS-0089 | logs | no |\n| CKV2_AWS_57 | a | b |\n";
  expect(answeredRules(table)).toEqual(["CKV_AWS_18", "AWS-0089", "CKV2_AWS_57"]);
  expect(answeredRules("no table, | CKV_AWS_18 | in it")).toEqual([]);
  expect(answeredRules(readFileSync("docs/adr/0015-what-scanners-object-to.md", "utf8")).length).toBeGreaterThan(20);
});

test("accepts a finding whose rule is answered, and reports any other with its places", () => {
  const findings = [
    probe("dev"),
    finding("CKV_AWS_1"),
    ...["a", "b", "c", "d"].map((name) => finding("CKV_AWS_2", "dev", `x.${name}`)),
  ];
  expect(verdictOn("checkov", findings, ["dev"], ["CKV_AWS_1"])).toEqual({
    answered: 1,
    faults: ["checkov: CKV_AWS_2 (t) on dev: x.a, dev: x.b, dev: x.c and 1 more"],
  });
});

test("a stack without a finding for the probe counts as unread, even with other findings", () => {
  expect(verdictOn("trivy", [probe("dev"), finding("A-1", "prod")], ["dev", "prod"], ["A-1"]).faults).toEqual([
    "trivy has not read the stack prod: it does not report the probe in it",
  ]);
  expect(verdictOn("trivy", [], ["dev"], []).faults).toHaveLength(1);
});

test("reports an answer without a finding; the probe's findings need no answer", () => {
  const all = [probe("dev"), finding("CKV_AWS_1")];
  expect(staleAnswers(all, ["CKV_AWS_1"])).toEqual([]);
  expect(staleAnswers(all, ["CKV_AWS_1", "CKV_AWS_18"])).toEqual(["CKV_AWS_18 is answered, but no scanner reports it"]);
});
