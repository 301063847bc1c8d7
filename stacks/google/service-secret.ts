import { SecretManagerSecret, type SecretManagerSecretConfig } from "@cdktf/provider-google/lib/secret-manager-secret";
import { SecretManagerSecretIamBinding } from "@cdktf/provider-google/lib/secret-manager-secret-iam-binding";
import { Fn, type ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { comesFrom } from "../shared/comes-from";
import type { ConfigKey } from "../shared/sources";
import { duration } from "./duration";

/** The topic of an environment's rotation reminders. */
export interface SecretRotations {
  /** Full name, `projects/P/topics/T`, known after apply. */
  readonly topic: string;
  /** Wait for this before a secret references the topic: Google checks that it may publish there. */
  readonly ready: ITerraformDependable;
}

export interface ServiceSecretProps {
  /** Key in the config. Unset: the secret has none of its own. */
  readonly key?: ConfigKey;
  readonly secretId: string;
  /** Region of its value: the services' own region, unless `replicas` is set. */
  readonly region: string;
  /** Regions of its value, or `automatic` for Google's choice. */
  readonly replicas?: readonly string[] | "automatic";
  /** The only account that may read it, the runtime account: `serviceAccount:EMAIL`. */
  readonly reader: string;
  /** Principals that may add versions but read none. Unset: no principal. */
  readonly versionAdders?: readonly string[];
  /** Interval in days, and topic, of Google's rotation reminders. Unset: never. */
  readonly rotation?: { readonly everyDays: number; readonly rotations: SecretRotations };
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
    const { key, rotation, versionAdders = [] } = props;
    if (key) comesFrom(this, key, { replication: ["replicas"], rotation: ["rotateEveryDays"] });
    const secret = new SecretManagerSecret(this, "Secret", {
      secretId: props.secretId,
      replication: replication(props),
      deletionProtection: props.protect,
      ...(rotation && reminders(rotation)),
      dependsOn: [...props.after, ...(rotation ? [rotation.rotations.ready] : [])],
    });
    this.id = secret.id;
    this.secretId = secret.secretId;
    this.ready = new SecretManagerSecretIamBinding(this, "Reader", {
      secretId: secret.id,
      role: "roles/secretmanager.secretAccessor",
      members: [props.reader],
    });
    if (versionAdders.length > 0) {
      const adders = new SecretManagerSecretIamBinding(this, "adders", {
        secretId: secret.id,
        role: "roles/secretmanager.secretVersionAdder",
        members: [...versionAdders],
      });
      if (key) comesFrom(adders, [...key, "versionAdders"]);
    }
  }
}

function replication({ region, replicas = [region] }: ServiceSecretProps): SecretManagerSecretConfig["replication"] {
  if (replicas === "automatic") return { auto: {} };
  return { userManaged: { replicas: replicas.map((location) => ({ location })) } };
}

const HOURS_A_DAY = 24;
const MILLISECONDS_A_DAY = 86_400_000;

/**
 * Terraform sets only the first reminder's time; Google sets each following one. `timestamp()` is evaluated at apply,
 * so two plans of the same config show the same change. With `plantimestamp()` each plan would differ.
 */
function reminders({ everyDays, rotations }: NonNullable<ServiceSecretProps["rotation"]>) {
  return {
    rotation: {
      rotationPeriod: duration(everyDays * MILLISECONDS_A_DAY),
      nextRotationTime: Fn.timeadd(Fn.timestamp(), `${everyDays * HOURS_A_DAY}h`),
    },
    topics: [{ name: rotations.topic }],
    lifecycle: { ignoreChanges: ["rotation[0].next_rotation_time"] },
  };
}
