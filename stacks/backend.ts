import { LocalBackend, S3Backend, type TerraformStack } from "cdktf";
import type { StateIntent } from "../intent/model/intent";

/** Where the state is kept. Always explicit: cdktf's own default is an absolute path of this machine. */
export function declareBackend(stack: TerraformStack, state: StateIntent): void {
  if (state.kind === "local") {
    // Terraform runs in cdktf.out/stacks/<environment>; the config's path is relative to the project.
    new LocalBackend(stack, { path: `../../../${state.path}` });
    return;
  }
  new S3Backend(stack, { bucket: state.bucket, key: state.key, region: state.region, encrypt: true });
  // cdktf's S3Backend is older than the native lock file (Terraform 1.10).
  stack.addOverride("terraform.backend.s3.use_lockfile", true);
}
