import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * Lets Terraform plan without an account. It sets a separate state and made-up credentials, and disables the AWS
 * provider's online checks. It removes the account lock, because the account is unknown without a call.
 */
const OVERRIDE = {
  terraform: { backend: { local: { path: "scratch.tfstate" } } },
  provider: {
    aws: {
      access_key: "none",
      secret_key: "none",
      allowed_account_ids: null,
      skip_credentials_validation: true,
      skip_metadata_api_check: true,
      skip_requesting_account_id: true,
    },
    google: { access_token: "none" },
  },
};

/**
 * Writes the override into a folder in which Terraform runs a stack. A synthesis of the stack does not remove it.
 *
 * @param providers those that the stack has: Terraform refuses to override others
 */
export function writeOverride(folder: string, providers: readonly ("aws" | "google")[] = ["aws", "google"]): void {
  const provider = Object.fromEntries(providers.map((name) => [name, OVERRIDE.provider[name]]));
  writeFileSync(join(folder, "preview_override.tf.json"), JSON.stringify({ ...OVERRIDE, provider }, null, 2));
}

/** Copies a synthesized stack over another one in a folder. */
export function copyStack(from: string, to: string): void {
  for (const part of ["cdk.tf.json", "assets"]) {
    rmSync(join(to, part), { recursive: true, force: true });
    if (existsSync(join(from, part))) cpSync(join(from, part), join(to, part), { recursive: true });
  }
}

/**
 * A copy of a synthesized stack, outside the project, that can be planned without an account. The override must exist
 * before the first `init`, or Terraform would ask for another one when the backend changes.
 */
export class ScratchStack {
  readonly folder: string;

  /** @param stackFolder `cdktf.out/stacks/<environment>`. */
  constructor(stackFolder: string) {
    this.folder = mkdtempSync(join(tmpdir(), "front-door-"));
    this.lay(stackFolder);
    writeOverride(this.folder);
  }

  /** Copies another synthesis of the same environment over this one. State and providers stay. */
  lay(stackFolder: string): void {
    copyStack(stackFolder, this.folder);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
