import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const { SCANNERS } = require("../../../scripts/scan.cjs");

const folder = mkdtempSync(join(tmpdir(), "front-door-scanners-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** A scanner that prints this text and ends with this exit code. */
function tool(name: string, said: string, code = 0): string {
  const bin = mkdtempSync(join(folder, "bin-"));
  writeFileSync(join(bin, "said"), said);
  writeFileSync(join(bin, name), `#!/bin/sh\ncat ${join(bin, "said")}\nexit ${code}\n`, { mode: 0o755 });
  return bin;
}

const failed = { check_id: "CKV_AWS_1", check_name: "a title", file_path: "/stack-dev/main.tf.json", resource: "x.y" };
const FOUND = [{ rule: "CKV_AWS_1", title: "a title", stack: "dev", resource: "x.y" }];

test.each([
  ["one report", { results: { failed_checks: [failed] } }],
  ["several", [{ results: { failed_checks: [failed] } }, { passed: 0 }]],
])("reads checkov's findings from %s, with exit code 1", (_, report) => {
  expect(SCANNERS.checkov(tool("python", JSON.stringify(report), 1), folder)).toEqual(FOUND);
});

test("counts trivy's failures, and not its passes", () => {
  const one = { ID: "AWS-0001", Title: "a title", Status: "FAIL", CauseMetadata: { Resource: "x.y" } };
  const report = {
    Results: [
      { Target: "stack-dev/main.tf.json", Misconfigurations: [one, { ...one, Status: "PASS" }] },
      { Target: "stack-dev" },
    ],
  };
  expect(SCANNERS.trivy(tool("trivy", JSON.stringify(report)), folder)).toEqual([{ ...FOUND[0], rule: "AWS-0001" }]);
});

test.each([
  ["checkov", "python", 2],
  ["trivy", "trivy", 1],
])("a failed %s is an error, and not a clean stack", (scanner, name, code) => {
  expect(() => SCANNERS[scanner](tool(name, "[]", code), folder)).toThrow(`failed (${code})`);
  expect(() => SCANNERS[scanner](join(folder, "nowhere"), folder)).toThrow("failed (");
});
