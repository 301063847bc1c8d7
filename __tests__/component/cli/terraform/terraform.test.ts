import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Terraform } from "../../../../cli/terraform/terraform";

const folder = mkdtempSync(join(tmpdir(), "front-door-step-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** A Terraform that runs this script. */
function terraform(script: string): Terraform {
  const path = join(folder, "terraform");
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o700);
  return new Terraform({ path, version: "1.15.5" }, folder, { TF_PLUGIN_CACHE_DIR: join(folder, "plugins") });
}

test("a step that fails shows its errors before the rest of its output", async () => {
  const failing = terraform("echo 'Plan: 90 to add'; echo 'Error: no such role' >&2; exit 1").step(
    "dev",
    "plan",
    "planning",
    [],
  );
  await expect(failing).rejects.toThrow("Error: no such role\nPlan: 90 to add\ndev: terraform plan failed, see above");
});

test("the lines of a step are complete, and its output of any size is returned", async () => {
  const lines: string[] = [];
  const printing = "printf 'one\\ntw'; sleep 0.3; printf 'o\\nthree'; echo warning >&2";
  expect(await terraform(printing).start(["apply"], (line) => lines.push(line))).toEqual({
    ...{ code: 0, stdout: "three", stderr: "warning\n" },
  });
  expect(lines).toEqual(["one", "two"]);
  const { stdout } = await terraform("head -c 3000000 /dev/zero | tr '\\0' x").start(["show"]);
  expect(stdout).toHaveLength(3_000_000);
});
