import type { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function";
import { LambdaPermission } from "@cdktf/provider-aws/lib/lambda-permission";
import { SecretsmanagerSecretRotation } from "@cdktf/provider-aws/lib/secretsmanager-secret-rotation";
import { Construct } from "constructs";
import type { ClientSecret } from "../client-secret";
import { identityOf } from "../plain-address";
import type { UserPool } from "../user-pool";

export interface RotationScheduleProps {
  readonly function: LambdaFunction;
  readonly secret: ClientSecret;
  readonly pool: UserPool;
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
      // A new client, or another address to get tokens at, is rotated at once: its version comes from Terraform.
      lifecycle: { replaceTriggeredBy: [props.secret.version, props.pool.domain].map(identityOf) },
      dependsOn: [permission, props.secret.version],
    });
  }
}
