import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { copyStacks, PROBE, stackOf } from "../../../../cli/scan/copies";
import { synthesizedFile } from "../../../support/synthesized";

const STACKS = ["bootstrap-dev", "dev"];
const folder = mkdtempSync(join(tmpdir(), "front-door-copies-"));
const from = mkdtempSync(join(tmpdir(), "front-door-stacks-"));
for (const name of STACKS) {
  mkdirSync(join(from, name));
  writeFileSync(join(from, name, "main.tf.json"), synthesizedFile(name, "main.tf.json"));
}
const names = copyStacks(folder, from);
afterAll(() => {
  for (const each of [folder, from]) rmSync(each, { recursive: true });
});

const copy = (name: string) => JSON.parse(readFileSync(join(folder, `stack-${name}`, "main.tf.json"), "utf8"));
const original = (name: string) => JSON.parse(synthesizedFile(name, "main.tf.json"));

test("copies every stack into a folder whose name no scanner skips", () => {
  expect(names).toEqual(STACKS);
  expect(readdirSync(folder).sort()).toEqual(names.map((name) => `stack-${name}`).sort());
});

test.each(STACKS)("the copy of %s differs only in Terraform's version and the probe", (name) => {
  const { terraform, resource, ...rest } = copy(name);
  const { terraform: had, resource: whole, ...others } = original(name);
  const { required_version: _, ...without } = had;
  const { [PROBE]: probe, ...buckets } = resource.aws_s3_bucket;
  expect(probe).toEqual({ bucket: "scanner-probe" });
  expect({ terraform, ...rest }).toEqual({ terraform: without, ...others });
  expect({ ...resource, aws_s3_bucket: buckets }).toEqual({ ...whole, aws_s3_bucket: whole.aws_s3_bucket ?? {} });
});

test.each([
  ["/stack-dev/main.tf.json", "dev"],
  ["stack-bootstrap-prod/main.tf.json", "bootstrap-prod"],
  ["stack-dev", undefined],
  ["stack-dev/other.json", undefined],
])("%s belongs to the stack %s", (path, name) => {
  expect(stackOf(path)).toBe(name);
});
