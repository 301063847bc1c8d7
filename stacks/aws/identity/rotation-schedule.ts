import type { CognitoUserPoolClient } from "@cdktf/provider-aws/lib/cognito-user-pool-client";
import type { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function";
import { LambdaPermission } from "@cdktf/provider-aws/lib/lambda-permission";
import { SecretsmanagerSecretRotation } from "@cdktf/provider-aws/lib/secretsmanager-secret-rotation";
import { Construct } from "constructs";
import { attributeOf, identityOf } from "../../shared/addresses";
import type { ClientSecret } from "./client-secret";
import type { UserPool } from "./user-pool";

export interface RotationScheduleProps {
  readonly function: LambdaFunction;
  readonly secret: ClientSecret;
  readonly pool: UserPool;
  readonly appClient: CognitoUserPoolClient;
  /** Twelve digits. */
  readonly account: string;
  readonly everyDays: number;
}

/** Makes Secrets Manager rotate this secret every given number of days, and immediately when declared. */
export class RotationSchedule extends Construct {
  readonly resource: SecretsmanagerSecretRotation;

  constructor(scope: Construct, id: string, props: RotationScheduleProps) {
    super(scope, id);
    const permission = new LambdaPermission(this, "Permission", {
      action: "lambda:InvokeFunction",
      functionName: props.function.functionName,
      principal: "secretsmanager.amazonaws.com",
      sourceAccount: props.account,
      sourceArn: props.secret.arn,
    });
    this.resource = new SecretsmanagerSecretRotation(this, "Rotation", {
      secretId: props.secret.id,
      rotationLambdaArn: props.function.arn,
      // Replaces the first secret, which is in Terraform's state. It becomes invalid with the second rotation.
      rotateImmediately: true,
      rotationRules: { automaticallyAfterDays: props.everyDays },
      // Also rotates immediately when the secret's content changes: a new client, the token endpoint, or the scopes.
      // Cognito refuses all requested scopes if the client may not have one of them.
      lifecycle: {
        replaceTriggeredBy: [
          ...[props.secret.version, props.pool.domain].map(identityOf),
          attributeOf(props.appClient, "allowed_oauth_scopes"),
        ],
      },
      dependsOn: [permission, props.secret.version],
    });
  }
}
