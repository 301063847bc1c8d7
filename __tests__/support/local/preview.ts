import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Clouds, type CloudsProps, startClouds } from "../../../packages/local-front-door/clouds";
import { envoyBinary } from "../../component/envoy/support/binary";
import { keepRsaKeys } from "../rsa-keys";
import type { Change } from "./document";
import { previewDocument } from "./preview-document";

keepRsaKeys();

const binary = envoyBinary();

/** Why this machine has no Envoy; undefined if it has one. */
export const NO_ENVOY = "missing" in binary ? binary.missing : undefined;

/** Both clouds of `preview`, until `stop`. */
export async function startPreview(changes: readonly Change[] = [], props: Partial<CloudsProps> = {}): Promise<Clouds> {
  const folder = mkdtempSync(join(tmpdir(), "front-door-preview-"));
  const stackFile = join(folder, "cdk.tf.json");
  writeFileSync(stackFile, JSON.stringify(previewDocument(...changes)));
  try {
    return await startClouds({ stackFile, ...props });
  } finally {
    rmSync(folder, { recursive: true });
  }
}
