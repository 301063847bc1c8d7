import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function";
import { Construct } from "constructs";
import { ExclusiveRole } from "../exclusive-role";
import type { FunctionArchive } from "../function-archive";
import { executionRole, runtimeOf } from "../function-shape";
import type { Statement } from "../policy-document";

export interface RotationFunctionProps {
  /** Name of the function and of its execution role. */
  readonly name: string;
  readonly archive: FunctionArchive;
  /** Id of the client in the config, for the log. */
  readonly client: string;
  readonly userPool: { readonly id: string; readonly arn: string };
  readonly clientId: string;
  readonly secretArn: string;
  readonly tokenEndpoint: string;
  /** Full scopes: `orders/read`. */
  readonly scopes: readonly string[];
  /** Label of the version that Terraform wrote. */
  readonly firstLabel: string;
  readonly logRetentionDays: number;
}

/** Rotates one client's secret. Its role may access only that client's pool and secret, and write its own log. */
export class RotationFunction extends Construct {
  readonly resource: LambdaFunction;
  readonly logGroup: CloudwatchLogGroup;

  constructor(scope: Construct, id: string, props: RotationFunctionProps) {
    super(scope, id);
    this.logGroup = new CloudwatchLogGroup(this, "Logs", {
      name: `/aws/lambda/${props.name}`,
      retentionInDays: props.logRetentionDays,
    });
    const role = this.executionRole(props);
    this.resource = new LambdaFunction(this, "Function", {
      functionName: props.name,
      description: `Rotates the client secret of ${props.client}`,
      role: role.arn,
      ...runtimeOf(this.logGroup),
      handler: "index.handler",
      filename: props.archive.path,
      sourceCodeHash: props.archive.sourceCodeHash,
      memorySize: 256,
      // Cognito may need a moment to accept a new secret. The function waits 16 seconds at most, and its calls may take
      // as long.
      timeout: 60,
      environment: { variables: variablesOf(props) },
      dependsOn: [...role.ready],
    });
  }

  private executionRole({ name, userPool, secretArn }: RotationFunctionProps): ExclusiveRole {
    const purposes: readonly Statement[] = [
      {
        Sid: "RotateOwnSecret",
        Effect: "Allow",
        Action: [
          "secretsmanager:DescribeSecret",
          "secretsmanager:GetSecretValue",
          "secretsmanager:PutSecretValue",
          "secretsmanager:UpdateSecretVersionStage",
        ],
        Resource: secretArn,
      },
      {
        // In IAM, the pool is Cognito's narrowest resource.
        Sid: "ChangeClientSecrets",
        Effect: "Allow",
        Action: [
          "cognito-idp:AddUserPoolClientSecret",
          "cognito-idp:DeleteUserPoolClientSecret",
          "cognito-idp:ListUserPoolClientSecrets",
        ],
        Resource: userPool.arn,
      },
    ];
    return new ExclusiveRole(this, "ExecutionRole", executionRole(name, this.logGroup, purposes));
  }
}

function variablesOf(props: RotationFunctionProps): Record<string, string> {
  return {
    CLIENT: props.client,
    CLIENT_ID: props.clientId,
    FIRST_LABEL: props.firstLabel,
    SCOPE: props.scopes.join(" "),
    SECRET_ARN: props.secretArn,
    TOKEN_ENDPOINT: props.tokenEndpoint,
    USER_POOL_ID: props.userPool.id,
  };
}
