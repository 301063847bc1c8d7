import { envoyConfiguration } from "./configuration";
import { configurationText, delivery, MOUNT_PATH } from "./delivery";
import { type EnvoyPolicy, inOrder, type Sidecar, sidecarOf } from "./policy";
import { formFault } from "./policy-form";

/** The Envoy container that a policy gives for one service: everything that decides how it treats a request. */
export interface EnvoyContainer {
  /** The policy's part for this service, in one order. */
  readonly sidecar: Sidecar;
  /** Image with its digest. */
  readonly image: string;
  /** All of its arguments, including the configuration or its file. */
  readonly args: readonly string[];
  /** The whole configuration, as the text in Terraform's JSON. */
  readonly text: string;
  /** Folder and file of the mount, if the configuration is too long for an argument. */
  readonly mounted?: { readonly folder: string; readonly file: string };
}

/**
 * Compiles the policy for a service. Undefined if the service has no Envoy.
 *
 * @param service name of the Cloud Run service
 * @throws Error if the policy is malformed, or could have another meaning in Envoy than in its file
 */
export function envoyContainer(policy: EnvoyPolicy, service: string): EnvoyContainer | undefined {
  const fault = formFault(policy);
  if (fault !== undefined) throw new Error(`Envoy's policy ${fault}`);
  const sidecar = sidecarOf(policy, service);
  if (sidecar === undefined) return undefined;
  const text = configurationText(envoyConfiguration(sidecar));
  const delivered = delivery(text);
  return {
    sidecar: inOrder(sidecar),
    image: policy.image,
    args: delivered.args,
    text,
    ...(delivered.kind === "mounted" && { mounted: { folder: MOUNT_PATH, file: delivered.file } }),
  };
}
