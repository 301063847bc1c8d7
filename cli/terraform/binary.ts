import { spawnSync } from "node:child_process";
import { usageError } from "../process/command-error";
import { jsonIn } from "../process/json";

export type Product = "Terraform" | "OpenTofu";

/** The first release of each with write-only arguments, which keep client secrets out of plan and state. */
const OLDEST: Readonly<Record<Product, { readonly major: number; readonly minor: number }>> = {
  Terraform: { major: 1, minor: 11 },
  OpenTofu: { major: 1, minor: 11 },
};

/**
 * The day on which each minor release stops getting fixes. OpenTofu states it in the first line of each series'
 * CHANGELOG.md. Terraform's are those of https://endoflife.date/terraform: HashiCorp fixes the two newest minor releases,
 * so support ends when the second next one is out. A release that is not listed has no known end.
 */
const SUPPORT_ENDS: Readonly<Record<Product, Readonly<Record<string, string>>>> = {
  Terraform: { "1.11": "2025-08-20", "1.12": "2025-11-19", "1.13": "2026-04-29" },
  OpenTofu: { "1.11": "2026-08-01", "1.12": "2027-02-01", "1.13": "2027-08-01" },
};

export interface TerraformBinary {
  readonly path: string;
  /** `1.15.5` for Terraform, `OpenTofu 1.11.0` for OpenTofu: neither reads the other's plan files. */
  readonly version: string;
  /** The day on which this minor release stops getting fixes, such as `2026-08-01`. Undefined if it is not known. */
  readonly supportEnds?: string | undefined;
}

let isEndReported = false;

/** The binary for a command. Warns on standard error, once in a process, if its support has ended. */
export function commandTerraform(): TerraformBinary {
  const binary = findTerraform();
  if (isSupported(binary, new Date()) || isEndReported) return binary;
  isEndReported = true;
  const { path, version, supportEnds } = binary;
  console.error(
    `warning: ${path}: got release ${version}, whose support ended on ${supportEnds}, expected one that still gets fixes\n` +
      "    install a newer release",
  );
  return binary;
}

export function isSupported({ supportEnds }: Pick<TerraformBinary, "supportEnds">, now: Date): boolean {
  return supportEnds === undefined || now.toISOString().slice(0, 10) < supportEnds;
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
  return { path, ...releaseIn(asked.stdout, path) };
}

/**
 * Release that a binary reports, and the end of its support.
 *
 * @param answer the output of `version -json`. OpenTofu's has no `terraform_outdated`
 * @throws CommandError if the release is too old, or if the answer names none
 */
export function releaseIn(answer: string, path: string): Omit<TerraformBinary, "path"> {
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
  return {
    version: product === "Terraform" ? String(version) : `${product} ${version}`,
    supportEnds: SUPPORT_ENDS[product][`${major}.${minor}`],
  };
}
