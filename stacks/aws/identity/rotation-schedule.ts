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

/** Secrets Manager calls the function for this secret every so many days, and at once when it is declared. */
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
      // The secret that Terraform's state has seen: so it dies on the second turn.
      rotateImmediately: true,
      rotationRules: { automaticallyAfterDays: props.everyDays },
      // At once as well where what the secret says is another: a new client, the address to get tokens at, and the scopes
      // to ask for, of which Cognito refuses all where the client may not have one.
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
