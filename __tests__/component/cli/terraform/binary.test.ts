import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { commandTerraform, findTerraform } from "../../../../cli/terraform/binary";

const folder = mkdtempSync(join(tmpdir(), "front-door-binary-"));
const before = process.env.TERRAFORM_BINARY_NAME;
afterAll(() => {
  rmSync(folder, { recursive: true });
  if (before === undefined) delete process.env.TERRAFORM_BINARY_NAME;
  else process.env.TERRAFORM_BINARY_NAME = before;
});

/** A binary that answers like Terraform of this version, or like OpenTofu. */
function pretend(version: string, others: object = { terraform_outdated: false }): string {
  const path = join(folder, `terraform-${version}`);
  writeFileSync(path, `#!/bin/sh\necho '${JSON.stringify({ terraform_version: version, ...others })}'\n`);
  chmodSync(path, 0o755);
  process.env.TERRAFORM_BINARY_NAME = path;
  return path;
}

test("TERRAFORM_BINARY_NAME names the binary, as with cdktf", () => {
  const path = pretend("1.11.0");
  expect(findTerraform()).toEqual({ path, version: "1.11.0", supportEnds: "2025-08-20" });
});

test.each(["1.10.5", "0.15.0"])("Terraform %s is too old for write-only arguments", (version) => {
  pretend(version);
  expect(() => findTerraform()).toThrow(`Terraform ${version} at "${process.env.TERRAFORM_BINARY_NAME}" is too old`);
});

test("a newer major version is not refused", () => {
  pretend("2.0.0");
  expect(findTerraform().version).toBe("2.0.0");
});

test("a command warns of a release whose support has ended, with the day, once and on standard error alone", () => {
  const [warned, printed] = [jest.spyOn(console, "error"), jest.spyOn(process.stdout, "write")].map((stream) =>
    stream.mockImplementation(),
  );
  try {
    pretend("1.99.0");
    expect(commandTerraform().version).toBe("1.99.0");
    expect(warned).not.toHaveBeenCalled();
    const path = pretend("1.11.14", {});
    expect([commandTerraform(), commandTerraform()].map(({ version }) => version)).toEqual([
      "OpenTofu 1.11.14",
      "OpenTofu 1.11.14",
    ]);
    expect(warned?.mock.calls).toEqual([
      [
        `warning: ${path}: got release OpenTofu 1.11.14, whose support ended on 2026-08-01, ` +
          "expected one that still gets fixes\n    install a newer release",
      ],
    ]);
    expect(printed).not.toHaveBeenCalled();
  } finally {
    jest.restoreAllMocks();
  }
});
