import type { Construct } from "constructs";
import type { FunctionArchive } from "../function-archive";
import { declareFunction } from "../function-shape";

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
export function declareRotationFunction(scope: Construct, props: RotationFunctionProps) {
  const { name, archive, logRetentionDays } = props;
  return declareFunction(scope, {
    name,
    archive,
    logRetentionDays,
    description: `Rotates the client secret of ${props.client}`,
    handler: "index.handler",
    memorySize: 256,
    // Cognito may need a moment to accept a new secret. The function waits 16 seconds at most, and its calls may take
    // as long.
    timeout: 60,
    environment: {
      variables: {
        CLIENT: props.client,
        CLIENT_ID: props.clientId,
        FIRST_LABEL: props.firstLabel,
        SCOPE: props.scopes.join(" "),
        SECRET_ARN: props.secretArn,
        TOKEN_ENDPOINT: props.tokenEndpoint,
        USER_POOL_ID: props.userPool.id,
      },
    },
    purposes: [
      {
        Sid: "RotateOwnSecret",
        Effect: "Allow",
        Action: [
          "secretsmanager:DescribeSecret",
          "secretsmanager:GetSecretValue",
          "secretsmanager:PutSecretValue",
          "secretsmanager:UpdateSecretVersionStage",
        ],
        Resource: props.secretArn,
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
        Resource: props.userPool.arn,
      },
    ],
  });
}
