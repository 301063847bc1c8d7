import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { PROVIDER_LOCK } from "./process/project";
import { signals } from "./process/signals";
import { writeWhole } from "./process/write-files";
import { commandTerraform } from "./terraform/binary";
import { ownProviders } from "./terraform/own-providers";
import { PROVIDERS } from "./terraform/providers";
import { Terraform } from "./terraform/terraform";

export interface LockOptions {
  /** Folder of the providers, in the layout of `terraform providers mirror`. Default: the registry. */
  readonly mirror?: string;
  readonly platform: readonly string[];
}

/** The machines of engineers, and the runners of pipelines. */
const PLATFORMS = ["darwin_amd64", "darwin_arm64", "linux_amd64", "linux_arm64"];

/**
 * `npx front-door lock`: writes the providers' checksums for each platform to `providers.lock.hcl`: those of every stack, and
 * those that `cdktf.json` names. Once it exists, `plan`, `deploy` and `drift` accept no other providers.
 */
export async function lock(options: LockOptions): Promise<void> {
  await signals.during("lock", STANDING, () => write(options));
}

const STANDING = {
  left: "providers.lock.hcl was not changed; start again with: npx front-door lock",
  atOnce: "a folder front-door-lock-* may stay in the temporary folder",
} as const;

async function write({ mirror, platform }: LockOptions): Promise<void> {
  const required_providers = { ...PROVIDERS, ...ownProviders().named };
  const folder = mkdtempSync(join(tmpdir(), "front-door-lock-"));
  try {
    writeFileSync(join(folder, "providers.tf.json"), JSON.stringify({ terraform: { required_providers } }));
    const platforms = (platform.length > 0 ? platform : PLATFORMS).map((each) => `-platform=${each}`);
    const from = mirror === undefined ? [] : [`-fs-mirror=${resolve(mirror)}`];
    const asking = "asking for the providers of each platform; this fetches some hundred megabytes";
    await new Terraform(commandTerraform(), folder).step("lock", "providers lock", asking, [...from, ...platforms]);
    await signals.check();
    writeWhole(PROVIDER_LOCK, readFileSync(join(folder, ".terraform.lock.hcl"), "utf8"));
    console.log("wrote providers.lock.hcl: commit it");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
