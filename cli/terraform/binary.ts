import { spawnSync } from "node:child_process";
import { CommandError, EXIT } from "../process/command-error";

/** Write-only arguments, which keep client secrets out of the plan, came with this version. */
const OLDEST = { major: 1, minor: 11 } as const;

export interface TerraformBinary {
  readonly path: string;
  readonly version: string;
}

/** The `terraform` of the path, or what TERRAFORM_BINARY_NAME names, as for cdktf. */
export function findTerraform(): TerraformBinary {
  const path = process.env.TERRAFORM_BINARY_NAME ?? "terraform";
  const asked = spawnSync(path, ["version", "-json"], { encoding: "utf8" });
  if (asked.error !== undefined || asked.status !== 0) {
    throw new CommandError(
      `Terraform was not found: "${path} version" ${asked.error?.message ?? `ended with ${asked.status}: ${asked.stderr}`}\n` +
        "    install Terraform 1.11 or newer, or name its binary in TERRAFORM_BINARY_NAME",
      EXIT.usage,
    );
  }
  const version: string = JSON.parse(asked.stdout).terraform_version;
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major < OLDEST.major || (major === OLDEST.major && minor < OLDEST.minor)) {
    throw new CommandError(
      `Terraform ${version} at "${path}" is too old: this program needs ${OLDEST.major}.${OLDEST.minor} or newer`,
      EXIT.usage,
    );
  }
  return { path, version };
}
