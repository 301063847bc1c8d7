import { SecretManagerSecret } from "@cdktf/provider-google/lib/secret-manager-secret";
import { SecretManagerSecretIamBinding } from "@cdktf/provider-google/lib/secret-manager-secret-iam-binding";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";

export interface ServiceSecretProps {
  readonly secretId: string;
  /** Where its value is kept: the services' own region. */
  readonly region: string;
  /** The runtime account that alone may read it: `serviceAccount:EMAIL`. */
  readonly reader: string;
  readonly protect: boolean;
  readonly after: readonly ITerraformDependable[];
}

/** A Secret Manager secret of one service. Its value is added by hand or by a pipeline, never by Terraform. */
export class ServiceSecret extends Construct {
  /** Resource name, known after apply. */
  readonly id: string;
  readonly secretId: string;
  /** Wait for this before mounting the secret. */
  readonly ready: ITerraformDependable;

  constructor(scope: Construct, id: string, props: ServiceSecretProps) {
    super(scope, id);
    const secret = new SecretManagerSecret(this, "Secret", {
      secretId: props.secretId,
      replication: { userManaged: { replicas: [{ location: props.region }] } },
      deletionProtection: props.protect,
      dependsOn: [...props.after],
    });
    this.id = secret.id;
    this.secretId = secret.secretId;
    this.ready = new SecretManagerSecretIamBinding(this, "Reader", {
      secretId: secret.secretId,
      role: "roles/secretmanager.secretAccessor",
      members: [props.reader],
    });
  }
}
