import { createHash } from "node:crypto";
import type { JsonObject } from "./json";
import type { SidecarPorts } from "./sidecar";

/** Longest configuration in an argument, in bytes. Cloud Run's limit is not published for one argument; Linux's is 128 KiB. */
const ARGUMENT_BYTES = 30_000;

/** What a Terraform reference may become, in bytes: a user pool's issuer URL has 70, an app client's id 26. */
const REFERENCE_BYTES = 128;

/** Folder that the secret is mounted at. */
export const MOUNT_PATH = "/etc/envoy-configuration";

/** How a configuration reaches Envoy's container. */
export type Delivery =
  | { readonly kind: "argument"; readonly args: readonly string[] }
  | { readonly kind: "mounted"; readonly args: readonly string[]; readonly file: string };

/** One line, keys in the order of the declarations. */
export function configurationText(configuration: JsonObject): string {
  return JSON.stringify(configuration);
}

/** Bytes that it may have once Terraform has filled in its references (`${…}`). */
export function configurationBytes(text: string): number {
  return Buffer.byteLength(text.replaceAll(/\$\{[^}]*\}/g, "x".repeat(REFERENCE_BYTES)));
}

/**
 * In one argument, which the plan shows, as long as it fits; else as a secret's version, to be mounted as `file` below
 * `MOUNT_PATH`. The file is named by a hash of the text, so that a plan shows when another one takes its place.
 *
 * @param text with its references as Terraform writes them: cdktf's own are numbered by the order of their making
 */
export function delivery(text: string): Delivery {
  if (configurationBytes(text) <= ARGUMENT_BYTES)
    return { kind: "argument", args: ["--config-yaml", text, ...ARGUMENTS] };
  const file = `envoy-${createHash("sha256").update(text).digest("hex").slice(0, 16)}.json`;
  return { kind: "mounted", args: ["--config-path", `${MOUNT_PATH}/${file}`, ...ARGUMENTS], file };
}

/**
 * One worker, so that one set of keys; below `warning` Envoy's own log would quote headers. Access-log lines are written
 * at once: Envoy keeps them for up to ten seconds, and Cloud Run gives an idle instance no time to write.
 */
const ARGUMENTS = [
  ...["--concurrency", "1", "--disable-hot-restart"],
  ...["--log-level", "warning", "--file-flush-min-size-kb", "0", "--file-flush-interval-msec", "1000"],
];

/** Envoy's ports: the first ones from 10000 on that the app does not use. */
export function sidecarPorts(app: number): SidecarPorts {
  const [ingress = 0, probe = 0] = [10_000, 10_001, 10_002].filter((port) => port !== app);
  return { ingress, probe, app };
}
