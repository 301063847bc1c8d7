/**
 * The form of a client secret's rotation: the stack declares exactly this, the rotation function reads it, and a review
 * accepts nothing else as the start of a rotation.
 */

/** The archive with the code of every rotation, relative to the stack's folder. */
export const ROTATION_ARCHIVE = "assets/rotate_client_secret/zip/rotate-client-secret.zip";

/**
 * Label of the version that Terraform writes. AWS may delete a version without labels; Terraform would then write it
 * again.
 */
export const FIRST_LABEL = "FIRST";

/** The labels of that version until the first rotation. */
export const FIRST_LABELS: readonly string[] = ["AWSCURRENT", FIRST_LABEL];

export const ROTATION_FUNCTION = {
  handler: "index.handler",
  memoryMb: 256,
  /**
   * Cognito may need a moment to accept a new secret. The function waits 16 seconds at most, and its calls may take as
   * long.
   */
  timeoutSeconds: 60,
} as const;

/** The daily check that logs the secret's age. */
export const ROTATION_CHECK = {
  /** At a fixed time of day (UTC), so that each day of a metric has exactly one value. */
  schedule: "cron(30 5 * * ? *)",
  target: "check",
  input: JSON.stringify({ check: true }),
} as const;

/** What one rotation works on. Each text may be a Terraform reference. */
export interface RotationSubject {
  /** Id of the client in the config. */
  readonly client: string;
  readonly clientId: string;
  /** In the order of the config, separated by spaces. */
  readonly scope: string;
  readonly secretArn: string;
  readonly tokenEndpoint: string;
  readonly userPoolId: string;
}

/** The function's environment variables. */
export function rotationVariables(subject: RotationSubject): Readonly<Record<string, string>> {
  return {
    CLIENT: subject.client,
    CLIENT_ID: subject.clientId,
    FIRST_LABEL,
    SCOPE: subject.scope,
    SECRET_ARN: subject.secretArn,
    TOKEN_ENDPOINT: subject.tokenEndpoint,
    USER_POOL_ID: subject.userPoolId,
  };
}

/** The function's IAM permissions, in addition to those for its own log. */
export function rotationPermissions(secretArn: string, userPoolArn: string) {
  return [
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
      Resource: userPoolArn,
    },
  ] as const;
}
