import type { CognitoUserPoolClient } from "@cdktf/provider-aws/lib/cognito-user-pool-client";
import { SecretsmanagerSecret } from "@cdktf/provider-aws/lib/secretsmanager-secret";
import { SecretsmanagerSecretPolicy } from "@cdktf/provider-aws/lib/secretsmanager-secret-policy";
import { SecretsmanagerSecretVersion } from "@cdktf/provider-aws/lib/secretsmanager-secret-version";
import { Fn } from "cdktf";
import { Construct } from "constructs";
import type { MachineClient } from "../../intent/intent";
import { policyDocument, type Statement } from "./policy-document";
import type { UserPool } from "./user-pool";

export interface ClientSecretProps {
  readonly client: MachineClient;
  readonly pool: UserPool;
  readonly appClient: CognitoUserPoolClient;
  /** ARNs of the roles that run Terraform: the provider reads a version back when it refreshes it. */
  readonly deployers: readonly string[];
  /** 0: deleted at once; else 7-30 days (Secrets Manager API, DeleteSecret). */
  readonly recoveryDays: number;
  readonly protect: boolean;
}

/** All that a program needs to get a token, as one JSON secret that is read in Secrets Manager by its readers alone. */
export class ClientSecret extends Construct {
  readonly arn: string;

  constructor(scope: Construct, id: string, props: ClientSecretProps) {
    super(scope, id);
    const { client, pool } = props;
    const secret = new SecretsmanagerSecret(this, "Secret", {
      name: client.secretName,
      description: `Client credentials of ${client.id}: client_id, client_secret, token_endpoint, scope`,
      recoveryWindowInDays: props.recoveryDays,
      lifecycle: { preventDestroy: props.protect },
    });
    const policy = new SecretsmanagerSecretPolicy(this, "Readers", {
      secretArn: secret.arn,
      policy: policyDocument(...readStatements(secret.arn, client.readers, props.deployers)),
      blockPublicPolicy: true,
    });
    new SecretsmanagerSecretVersion(this, "Version", {
      secretId: secret.id,
      secretStringWo: Fn.jsonencode({
        client_id: props.appClient.id,
        client_secret: props.appClient.clientSecret,
        token_endpoint: pool.tokenEndpoint,
        scope: client.scopes.join(" "),
      }),
      secretStringWoVersion: 1,
      // A write-only value is not compared, so what it is made of must say when it is written anew. Plain addresses:
      // cdktf would emit the resources as interpolations, which Terraform refuses here.
      lifecycle: { replaceTriggeredBy: [props.appClient, pool.domain].map(addressOf) },
      dependsOn: [policy],
    });
    this.arn = secret.arn;
  }
}

function addressOf(resource: { terraformResourceType: string; friendlyUniqueId: string }): string {
  return `${resource.terraformResourceType}.${resource.friendlyUniqueId}`;
}

/**
 * The readers may read, and nobody else, whatever an identity policy of the account says: without the denial every
 * administrator could.
 */
function readStatements(arn: string, readers: readonly string[], deployers: readonly string[]): Statement[] {
  const read = { Action: "secretsmanager:GetSecretValue", Resource: arn } as const;
  const allow: Statement = { Sid: "Readers", Effect: "Allow", Principal: { AWS: readers }, ...read };
  const deny: Statement = {
    Sid: "NobodyElse",
    Effect: "Deny",
    Principal: "*",
    ...read,
    Condition: { ArnNotEquals: { "aws:PrincipalArn": [...readers, ...deployers].sort() } },
  };
  return readers.length > 0 ? [allow, deny] : [deny];
}
