import type { CloudRunV2ServiceTemplateContainers } from "@cdktf/provider-google/lib/cloud-run-v2-service";
import { DefaultTokenResolver, type ITerraformDependable, StringConcat, Tokenization } from "cdktf";
import { Construct, type IConstruct } from "constructs";
import { ENVOY_CPU, ENVOY_MEMORY_MI } from "../../intent/model/limits";
import { envoyConfiguration, PROBE_PATH } from "./envoy/configuration";
import { configurationText, type Delivery, delivery, MOUNT_PATH } from "./envoy/delivery";
import type { Sidecar } from "./envoy/sidecar";
import { MountedConfiguration } from "./mounted-configuration";

/** The app's container, behind it. */
export const APP = "app";

/** The container's name, by which reviews and policy rules find it. */
export const VERIFIER = "envoy";

export interface VerifierProps {
  readonly sidecar: Sidecar;
  /** With its digest. */
  readonly image: string;
  /** For a configuration that is too long for an argument. */
  readonly secretId: string;
  readonly region: string;
  /** Runtime account of the service: `serviceAccount:EMAIL`. */
  readonly reader: string;
  readonly protect: boolean;
  readonly after: readonly ITerraformDependable[];
}

/**
 * Envoy as a service's ingress container: every call passes it, and it verifies the caller's token before the app sees a
 * byte.
 */
export class Verifier extends Construct {
  readonly container: CloudRunV2ServiceTemplateContainers;
  readonly mounted?: MountedConfiguration;

  constructor(scope: Construct, id: string, props: VerifierProps) {
    super(scope, id);
    const text = envoyText(this, props.sidecar);
    const delivered = delivery(text);
    if (delivered.kind === "mounted") {
      this.mounted = new MountedConfiguration(this, "MountedConfiguration", { ...props, text, file: delivered.file });
    }
    this.container = container(props, delivered, this.mounted);
  }
}

/** Envoy's whole configuration, in the text that Terraform gets. */
export function envoyText(scope: IConstruct, sidecar: Sidecar): string {
  // Terraform's references, and not cdktf's numbers for them: the text is measured and hashed.
  return Tokenization.resolve(configurationText(envoyConfiguration(sidecar)), {
    scope,
    resolver: new DefaultTokenResolver(new StringConcat()),
    preparing: false,
  });
}

/** Whether it is too long for an argument, so that Secret Manager has to mount it. */
export function isMounted(scope: IConstruct, sidecar: Sidecar): boolean {
  return delivery(envoyText(scope, sidecar)).kind === "mounted";
}

const RESOURCES = { cpu: String(ENVOY_CPU), memory: `${ENVOY_MEMORY_MI}Mi` };

function container(
  { sidecar, image }: VerifierProps,
  { args }: Delivery,
  mounted: MountedConfiguration | undefined,
): CloudRunV2ServiceTemplateContainers {
  const { ingress, probe } = sidecar.ports;
  const asked = { httpGet: { path: PROBE_PATH, port: probe }, initialDelaySeconds: 0 };
  return {
    name: VERIFIER,
    image,
    args: [...args],
    ports: { containerPort: ingress },
    resources: { limits: { ...RESOURCES }, cpuIdle: true, startupCpuBoost: true },
    // Cloud Run lets requests in as soon as this container is ready, so it waits for the app; the app waits for nothing.
    dependsOn: [APP],
    startupProbe: { ...asked, periodSeconds: 1, timeoutSeconds: 1, failureThreshold: 30 },
    // A container that hangs is restarted.
    livenessProbe: { ...asked, periodSeconds: 30, timeoutSeconds: 5, failureThreshold: 3 },
    ...(mounted && { volumeMounts: [{ name: mounted.volume.name, mountPath: MOUNT_PATH }] }),
  };
}
