import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findTerraform } from "../../../../cli/terraform/binary";

const folder = mkdtempSync(join(tmpdir(), "front-door-binary-"));
const before = process.env.TERRAFORM_BINARY_NAME;
afterAll(() => {
  rmSync(folder, { recursive: true });
  if (before === undefined) delete process.env.TERRAFORM_BINARY_NAME;
  else process.env.TERRAFORM_BINARY_NAME = before;
});

/** A binary that answers like Terraform of this version. */
function pretend(version: string): string {
  const path = join(folder, `terraform-${version}`);
  writeFileSync(path, `#!/bin/sh\necho '{"terraform_version":"${version}","terraform_outdated":false}'\n`);
  chmodSync(path, 0o755);
  process.env.TERRAFORM_BINARY_NAME = path;
  return path;
}

test("TERRAFORM_BINARY_NAME names the binary, as with cdktf", () => {
  const path = pretend("1.11.0");
  expect(findTerraform()).toEqual({ path, version: "1.11.0" });
});

test.each(["1.10.5", "0.15.0"])("Terraform %s is too old for write-only arguments", (version) => {
  pretend(version);
  expect(() => findTerraform()).toThrow(`Terraform ${version} at "${process.env.TERRAFORM_BINARY_NAME}" is too old`);
});

test("a newer major version is not refused", () => {
  pretend("2.0.0");
  expect(findTerraform().version).toBe("2.0.0");
});
