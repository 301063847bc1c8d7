import type { CloudRunV2ServiceTemplateVolumes } from "@cdktf/provider-google/lib/cloud-run-v2-service";
import { SecretManagerSecretVersion } from "@cdktf/provider-google/lib/secret-manager-secret-version";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { ServiceSecret } from "./service-secret";

export interface MountedConfigurationProps {
  readonly secretId: string;
  readonly region: string;
  readonly reader: string;
  readonly protect: boolean;
  readonly after: readonly ITerraformDependable[];
  readonly text: string;
  /** Name of the file. It changes whenever the text changes. */
  readonly file: string;
}

/**
 * Envoy's configuration as a mounted file. It is not secret: Secret Manager is only the way to mount a text of this
 * size in Cloud Run. Terraform may therefore keep it in the state.
 */
export class MountedConfiguration extends Construct {
  readonly volume: CloudRunV2ServiceTemplateVolumes;
  /** Wait for this before mounting it. */
  readonly ready: ITerraformDependable;

  constructor(scope: Construct, id: string, props: MountedConfigurationProps) {
    super(scope, id);
    const secret = new ServiceSecret(this, "envoy-configuration", props);
    const version = new SecretManagerSecretVersion(new Construct(this, "Version"), "envoy-configuration", {
      secret: secret.id,
      secretData: props.text,
      // Instances of the previous revision still mount the previous version.
      deletionPolicy: "ABANDON",
      lifecycle: { createBeforeDestroy: true },
    });
    this.ready = secret.ready;
    this.volume = {
      name: "envoy-configuration",
      secret: { secret: secret.secretId, items: [{ path: props.file, version: version.version }] },
    };
  }
}
