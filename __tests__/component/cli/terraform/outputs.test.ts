import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { terraformOutputs } from "../../../../cli/terraform/outputs";

const folder = mkdtempSync(join(tmpdir(), "front-door-outputs-"));
afterAll(() => rmSync(folder, { recursive: true }));

function terraform(script: string) {
  const path = join(folder, "terraform");
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return { path, version: "1.11.4" };
}

test("reads outputs only from standard output, in the stack's folder, without warnings", async () => {
  const binary = terraform(`echo "Warning: something" >&2; printf '{"args":"%s","pwd":"%s"}' "$*" "$(pwd -P)"`);
  const read = (await terraformOutputs(binary, folder, "dev")) as { args: string; pwd: string };
  expect(read.args).toBe("output -json -no-color");
  expect(read.pwd.endsWith(folder)).toBe(true);
});

test("shows Terraform's own error, with the command that initializes the stack", async () => {
  const binary = terraform('echo "Error: Backend initialization required" >&2; exit 1');
  await expect(terraformOutputs(binary, folder, "dev")).rejects.toThrow(
    /^dev: .*\n {4}.*npm run plan -- dev\nError: Backend initialization required\ndev: terraform output failed, see above$/,
  );
});

test("runs no Terraform without a stack", async () => {
  await expect(terraformOutputs(terraform(""), join(folder, "none"), "dev")).rejects.toThrow(
    "dev: cdktf.out/ has no stack",
  );
});
