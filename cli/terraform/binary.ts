import { spawnSync } from "node:child_process";
import { usageError } from "../process/command-error";
import { jsonIn } from "../process/json";

export type Product = "Terraform" | "OpenTofu";

/** The first release of each with write-only arguments, which keep client secrets out of plan and state. */
const OLDEST: Readonly<Record<Product, { readonly major: number; readonly minor: number }>> = {
  Terraform: { major: 1, minor: 11 },
  OpenTofu: { major: 1, minor: 11 },
};

export interface TerraformBinary {
  readonly path: string;
  /** `1.15.5` for Terraform, `OpenTofu 1.11.0` for OpenTofu: neither reads the other's plan files. */
  readonly version: string;
}

/**
 * The `terraform` on the PATH, or the binary that TERRAFORM_BINARY_NAME names, as with cdktf. OpenTofu's `tofu` works
 * too.
 */
export function findTerraform(): TerraformBinary {
  const path = process.env.TERRAFORM_BINARY_NAME ?? "terraform";
  const asked = spawnSync(path, ["version", "-json"], { encoding: "utf8" });
  if (asked.error !== undefined || asked.status !== 0) {
    throw usageError(
      `Terraform was not found: "${path} version" ${asked.error?.message ?? `ended with ${asked.status}: ${asked.stderr}`}`,
      "install Terraform 1.11 or newer, or name its binary in TERRAFORM_BINARY_NAME, or OpenTofu's",
    );
  }
  return { path, version: versionOf(asked.stdout, path) };
}

/**
 * Name and release that a binary reports.
 *
 * @param answer the output of `version -json`. OpenTofu's has no `terraform_outdated`
 * @throws CommandError if the release is too old, or if the answer names none
 */
export function versionOf(answer: string, path: string): string {
  const { terraform_version: version, ...others } = Object(jsonIn(answer));
  const [, major, minor] = /^(\d+)\.(\d+)\./.exec(String(version)) ?? [];
  if (major === undefined || minor === undefined) {
    throw usageError(
      `${path} version -json: got ${JSON.stringify(answer.slice(0, 60))}, expected a version of Terraform or OpenTofu`,
      "name its binary in TERRAFORM_BINARY_NAME",
    );
  }
  const product: Product = "terraform_outdated" in others ? "Terraform" : "OpenTofu";
  const oldest = OLDEST[product];
  if (Number(major) < oldest.major || (Number(major) === oldest.major && Number(minor) < oldest.minor)) {
    throw usageError(
      `${product} ${version} at "${path}" is too old: write-only arguments, which keep secrets out of plan and state, ` +
        `came with ${product} ${oldest.major}.${oldest.minor}`,
      "install that release or a newer one",
    );
  }
  return product === "Terraform" ? String(version) : `${product} ${version}`;
}
