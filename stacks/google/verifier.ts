import type {
  CloudRunV2ServiceTemplateContainers,
  CloudRunV2ServiceTemplateVolumes,
} from "@cdktf/provider-google/lib/cloud-run-v2-service";
import { SecretManagerSecretVersion } from "@cdktf/provider-google/lib/secret-manager-secret-version";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { PROBE_PATH } from "../../contract/envoy/configuration";
import type { EnvoyContainer } from "../../contract/envoy/container";
import { ENVOY_CPU, ENVOY_MEMORY_MI } from "../../intent/model/limits";
import { ENVOY } from "../../packages/terraform-access-review/terraform-json/envoy-container";
import { ServiceSecret } from "./service-secret";

/** Name of the app's container, behind Envoy. */
export const APP = "app";

export interface VerifierProps {
  readonly envoy: EnvoyContainer;
  /** Secret for a configuration that is too long for an argument. */
  readonly secretId: string;
  readonly region: string;
  /** Runtime account of the service: `serviceAccount:EMAIL`. */
  readonly reader: string;
  readonly protect: boolean;
  readonly after: readonly ITerraformDependable[];
}

/** Envoy's configuration as a mounted file. */
export interface MountedConfiguration {
  readonly volume: CloudRunV2ServiceTemplateVolumes;
  /** Wait for this before mounting it. */
  readonly ready: ITerraformDependable;
}

/**
 * Envoy as a service's ingress container. Every call passes through it, and it verifies the caller's token before the
 * app receives a byte.
 */
export class Verifier extends Construct {
  readonly container: CloudRunV2ServiceTemplateContainers;
  readonly mounted?: MountedConfiguration;

  constructor(scope: Construct, id: string, props: VerifierProps) {
    super(scope, id);
    const { mounted } = props.envoy;
    if (mounted) this.mounted = this.mount(props, mounted.file);
    this.container = container(props.envoy, this.mounted);
  }

  /**
   * The configuration is not secret: Secret Manager is only the way to mount a text of this size in Cloud Run. Terraform
   * may therefore keep it in the state.
   */
  private mount(props: VerifierProps, file: string): MountedConfiguration {
    const secret = new ServiceSecret(this, "envoy-configuration", props);
    const version = new SecretManagerSecretVersion(new Construct(this, "Version"), "envoy-configuration", {
      secret: secret.id,
      secretData: props.envoy.text,
      // Instances of the previous revision still mount the previous version, so Terraform only forgets it.
      deletionPolicy: "ABANDON",
    });
    const items = [{ path: file, version: version.version }];
    return {
      ready: secret.ready,
      volume: { name: "envoy-configuration", secret: { secret: secret.secretId, items } },
    };
  }
}

const RESOURCES = { cpu: String(ENVOY_CPU), memory: `${ENVOY_MEMORY_MI}Mi` };

function container(
  { sidecar, image, args, mounted: place }: EnvoyContainer,
  mounted: MountedConfiguration | undefined,
): CloudRunV2ServiceTemplateContainers {
  const { ingress, probe } = sidecar.ports;
  const asked = { httpGet: { path: PROBE_PATH, port: probe }, initialDelaySeconds: 0 };
  return {
    name: ENVOY,
    image,
    args: [...args],
    ports: { containerPort: ingress },
    resources: { limits: { ...RESOURCES }, cpuIdle: true, startupCpuBoost: true },
    // Cloud Run sends requests as soon as this container is ready, so it waits for the app. The app waits for nothing.
    dependsOn: [APP],
    startupProbe: { ...asked, periodSeconds: 1, timeoutSeconds: 1, failureThreshold: 30 },
    // Restarts a container that hangs.
    livenessProbe: { ...asked, periodSeconds: 30, timeoutSeconds: 5, failureThreshold: 3 },
    ...(mounted && place && { volumeMounts: [{ name: mounted.volume.name, mountPath: place.folder }] }),
  };
}
