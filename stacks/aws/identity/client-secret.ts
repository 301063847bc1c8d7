import type { CognitoUserPoolClient } from "@cdktf/provider-aws/lib/cognito-user-pool-client";
import { SecretsmanagerSecret } from "@cdktf/provider-aws/lib/secretsmanager-secret";
import { SecretsmanagerSecretPolicy } from "@cdktf/provider-aws/lib/secretsmanager-secret-policy";
import { SecretsmanagerSecretVersion } from "@cdktf/provider-aws/lib/secretsmanager-secret-version";
import { Fn } from "cdktf";
import { Construct } from "constructs";
import { FIRST_LABELS } from "../../../contract/rotation";
import type { MachineClient } from "../../../intent/model/client-intent";
import type { Intent } from "../../../intent/model/intent";
import { addressOf, identityOf } from "../../shared/addresses";
import { comesFrom } from "../../shared/comes-from";
import { policyDocument, type Statement } from "../policy-document";
import type { UserPool } from "./user-pool";

export interface ClientSecretProps {
  readonly client: MachineClient;
  readonly pool: UserPool;
  readonly appClient: CognitoUserPoolClient;
  readonly intent: Pick<Intent, "aws" | "protect" | "recoveryDays">;
  /** ARN of the role that rotates it; unset: the secret is never rotated. */
  readonly rotationRoleArn?: string;
}

/** All that a program needs to get a token, as one JSON secret in Secrets Manager. Only its readers may read it. */
export class ClientSecret extends Construct {
  readonly arn: string;
  readonly id: string;
  /** The version that Terraform writes. */
  readonly version: SecretsmanagerSecretVersion;

  constructor(scope: Construct, id: string, props: ClientSecretProps) {
    super(scope, id);
    const { client, pool, intent } = props;
    comesFrom(this, ["clients", client.key], { secret_string_wo: ["scopes"] });
    const secret = new SecretsmanagerSecret(this, "Secret", {
      name: client.secretName,
      description: `Client credentials of ${client.id}: client_id, client_secret, token_endpoint, scope`,
      recoveryWindowInDays: intent.recoveryDays,
      lifecycle: { preventDestroy: intent.protect },
    });
    const policy = new SecretsmanagerSecretPolicy(this, "Readers", {
      secretArn: secret.arn,
      policy: policyDocument(...readStatements(secret.arn, client.readers, exemptFrom(props))),
      blockPublicPolicy: true,
    });
    comesFrom(policy, ["clients", client.key], { policy: ["readers"] });
    this.arn = secret.arn;
    this.id = secret.id;
    this.version = new SecretsmanagerSecretVersion(this, "Version", {
      secretId: secret.id,
      secretStringWo: Fn.jsonencode({
        client_id: props.appClient.id,
        client_secret: props.appClient.clientSecret,
        token_endpoint: pool.tokenEndpoint,
        scope: client.scopes.join(" "),
      }),
      secretStringWoVersion: 1,
      ...this.labels(props),
      dependsOn: [policy],
    });
  }

  /**
   * Terraform does not compare a write-only value, so its sources determine when it is written again. A rotated value
   * is written once per client, and never after a change of the client: Terraform knows only the first secret, which
   * Cognito may have deleted. Changed scopes or a changed token endpoint start a rotation instead.
   */
  private labels({ client, appClient, pool }: ClientSecretProps) {
    // A disabled client is not rotated, but a secret that was rotated earlier still differs from Terraform's.
    if (client.rotateEveryDays === undefined) {
      return { lifecycle: { replaceTriggeredBy: [appClient, pool.domain].map(addressOf) } };
    }
    return {
      versionStages: [...FIRST_LABELS],
      lifecycle: { replaceTriggeredBy: [identityOf(appClient)], ignoreChanges: ["version_stages"] },
    };
  }
}

/**
 * Roles exempt from the denial in addition to the readers: the provider reads a version when it refreshes it, and a rotation derives the next
 * version from the current one.
 */
function exemptFrom({ intent, rotationRoleArn }: ClientSecretProps): readonly string[] {
  const { deployers } = intent.aws;
  return rotationRoleArn === undefined ? deployers : [...deployers, rotationRoleArn];
}

/**
 * Only the readers may read the secret, whatever an identity policy in the account allows. Without the denial every
 * administrator could read it.
 */
function readStatements(arn: string, readers: readonly string[], others: readonly string[]): Statement[] {
  const read = { Action: "secretsmanager:GetSecretValue", Resource: arn } as const;
  const allow: Statement = { Sid: "Readers", Effect: "Allow", Principal: { AWS: readers }, ...read };
  const deny: Statement = {
    Sid: "NobodyElse",
    Effect: "Deny",
    Principal: "*",
    ...read,
    Condition: { ArnNotEquals: { "aws:PrincipalArn": [...readers, ...others].sort() } },
  };
  return readers.length > 0 ? [allow, deny] : [deny];
}
