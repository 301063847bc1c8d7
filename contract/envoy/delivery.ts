import type { JsonObject } from "./json";
import type { SidecarPorts } from "./policy";

/**
 * Maximum size of a configuration in an argument, in bytes. Cloud Run publishes no limit for one argument; Linux's is
 * 128 KiB.
 */
const ARGUMENT_BYTES = 30_000;

/** Maximum size of a resolved Terraform reference, in bytes. A user pool's issuer URL has 70, an app client's id 26. */
const REFERENCE_BYTES = 128;

/** Folder where the secret is mounted. */
export const MOUNT_PATH = "/etc/envoy-configuration";

/** How a configuration reaches Envoy's container. */
export type Delivery =
  | { readonly kind: "argument"; readonly args: readonly string[] }
  | { readonly kind: "mounted"; readonly args: readonly string[]; readonly file: string };

/** The configuration on one line, keys in the order of the declarations. */
export function configurationText(configuration: JsonObject): string {
  return JSON.stringify(configuration);
}

/** Maximum size in bytes once Terraform has resolved the references (`${…}`). */
export function configurationBytes(text: string): number {
  return Buffer.byteLength(text.replaceAll(/\$\{[^}]*\}/g, "x".repeat(REFERENCE_BYTES)));
}

/**
 * Uses one argument, which the plan shows, if the text fits. Otherwise uses a secret's version, mounted as `file` below
 * `MOUNT_PATH`. The file is named after a hash of the text, so that a plan shows when it changes.
 *
 * @param text with references in Terraform's syntax: cdktf's own are numbered in order of creation
 */
export function delivery(text: string): Delivery {
  if (configurationBytes(text) <= ARGUMENT_BYTES)
    return { kind: "argument", args: ["--config-yaml", text, ...ARGUMENTS] };
  const file = `envoy-${sha256(text).slice(0, 16)}.json`;
  return { kind: "mounted", args: ["--config-path", `${MOUNT_PATH}/${file}`, ...ARGUMENTS], file };
}

/** Loads Node's crypto only for a long configuration: it takes 2 MB and 3 ms. */
function sha256(text: string): string {
  return process.getBuiltinModule("node:crypto").createHash("sha256").update(text).digest("hex");
}

/**
 * One worker, and so one set of keys. Log levels below `warning` would quote headers. Access log lines are written
 * immediately. By default Envoy buffers them for up to ten seconds, and an idle Cloud Run instance gets no time to
 * write them.
 */
const ARGUMENTS = [
  ...["--concurrency", "1", "--disable-hot-restart"],
  ...["--log-level", "warning", "--file-flush-min-size-kb", "0", "--file-flush-interval-msec", "1000"],
];

/** Envoy's ports: the first ports from 10000 that the app does not use. */
export function sidecarPorts(app: number): SidecarPorts {
  const [ingress = 0, probe = 0] = [10_000, 10_001, 10_002].filter((port) => port !== app);
  return { ingress, probe, app };
}
