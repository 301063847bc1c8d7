import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { synthesizedFile } from "../../support/synthesized";

const { acceptedRules, copyStacks, faultsIn, PROBE, stackOf } = require("../../../scripts/scan.cjs");

const finding = (rule: string, stack = "dev", resource = "aws_s3_bucket.state") => ({
  rule,
  stack,
  resource,
  title: "t",
});
const probe = (stack: string) => finding("CKV_AWS_18", stack, "resource.scanner_probe");

test("accepted rules are the first cells of the table", () => {
  expect(acceptedRules("# rules\twhat\twhy\nCKV_AWS_18, AWS-0089\tlogs\tno\nCKV2_AWS_57\ta\tb\n")).toEqual([
    "CKV_AWS_18",
    "AWS-0089",
    "CKV2_AWS_57",
  ]);
  const ours: readonly string[] = acceptedRules();
  expect([ours.length > 20, ours.filter((rule) => !/^(CKV2?_(AWS|GCP)_|(AWS|GCP)-)\d+$/.test(rule))]).toEqual([
    true,
    [],
  ]);
});

test("accepts a finding whose rule is answered, and reports any other with its places", () => {
  const places = ["a", "b", "c", "d"].map((name) => finding("CKV_AWS_2", "dev", `x.${name}`));
  expect(faultsIn({ checkov: [probe("dev"), finding("CKV_AWS_1"), ...places] }, ["dev"], ["CKV_AWS_1"])).toEqual([
    "checkov: CKV_AWS_2 (t) on dev: x.a, dev: x.b, dev: x.c and 1 more",
  ]);
});

test("a stack counts as unread by a scanner that does not report its probe, even with other findings", () => {
  const found = { checkov: [probe("dev"), probe("prod")], trivy: [probe("dev"), finding("A-1", "prod")] };
  expect(faultsIn(found, ["dev", "prod"], ["A-1"])).toEqual([
    "trivy has not read the stack prod: it does not report the probe in it",
  ]);
  expect(faultsIn({ trivy: [] }, ["dev"], [])).toHaveLength(1);
});

test("reports an answer without a finding; the probe's findings need no answer", () => {
  const found = { checkov: [probe("dev"), finding("CKV_AWS_1")] };
  expect(faultsIn(found, ["dev"], ["CKV_AWS_1"])).toEqual([]);
  expect(faultsIn(found, ["dev"], ["CKV_AWS_1", "CKV_AWS_18"])).toEqual([
    "CKV_AWS_18 is accepted, but no scanner reports it",
  ]);
});

test("copies every stack into a folder whose name no scanner skips, with the probe and without Terraform's version", () => {
  const [from, to] = ["from", "to"].map((name) => mkdtempSync(join(tmpdir(), `front-door-${name}-`))) as [
    string,
    string,
  ];
  try {
    for (const name of ["bootstrap-dev", "dev"]) {
      mkdirSync(join(from, name));
      writeFileSync(join(from, name, "main.tf.json"), synthesizedFile(name, "main.tf.json"));
    }
    expect(copyStacks(from, to)).toEqual(["bootstrap-dev", "dev"]);
    for (const folder of readdirSync(to)) {
      const name = stackOf(join(to, folder, "main.tf.json"));
      expect(folder).toBe(`stack-${name}`);
      const copy = JSON.parse(readFileSync(join(to, folder, "main.tf.json"), "utf8"));
      const { terraform, resource, ...rest } = JSON.parse(synthesizedFile(name, "main.tf.json"));
      const { required_version: _, ...settings } = terraform;
      const aws_s3_bucket = { ...resource.aws_s3_bucket, [PROBE]: { bucket: "scanner-probe" } };
      expect(copy).toEqual({ ...rest, terraform: settings, resource: { ...resource, aws_s3_bucket } });
    }
  } finally {
    for (const folder of [from, to]) rmSync(folder, { recursive: true });
  }
});
