/** Where an environment's resources stand, as far as their ARNs are known before they exist. */
export interface AwsPlace {
  readonly account: string;
  readonly region: string;
  /** Starts the name of everything that has one: `storefront-dev`. */
  readonly prefix: string;
}

/** The narrowest resources that each service takes in a policy: by name where it takes names, else by kind. */
export const AWS_RESOURCES = {
  apis: ({ region }) => ["apis", "apis/*", "tags/*"].map((path) => `arn:aws:apigateway:${region}::/${path}`),
  functions: ({ region, account, prefix }) => [`arn:aws:lambda:${region}:${account}:function:${prefix}-*`],
  logGroups: ({ region, account, prefix }) =>
    ["lambda", "vendedlogs"].map((folder) => `arn:aws:logs:${region}:${account}:log-group:/aws/${folder}/${prefix}-*`),
  // DescribeLogGroups looks at all groups of the account or at none.
  anyLogGroup: ({ region, account }) => [`arn:aws:logs:${region}:${account}:log-group:*`],
  roles: ({ account, prefix }) => [`arn:aws:iam::${account}:role/${prefix}-*`],
  functionRoles: ({ account, prefix }) =>
    ["callers", "public"].map((id) => `arn:aws:iam::${account}:role/${prefix}-${id}`),
  // Of the account, made by API Gateway with its first API.
  gatewayRole: ({ account }) => [
    `arn:aws:iam::${account}:role/aws-service-role/ops.apigateway.amazonaws.com/AWSServiceRoleForAPIGateway`,
  ],
  secrets: ({ region, account, prefix }) => [`arn:aws:secretsmanager:${region}:${account}:secret:${prefix}/clients/*`],
  userPools: ({ region, account }) => [`arn:aws:cognito-idp:${region}:${account}:userpool/*`],
  // What takes no resource at all (Service Authorization Reference).
  everything: () => ["*"],
} as const satisfies Record<string, (place: AwsPlace) => readonly string[]>;

export type AwsResources = keyof typeof AWS_RESOURCES;

/** What Terraform's provider calls for one type of resource. */
export interface AwsNeed {
  readonly on: AwsResources;
  /** To refresh and plan. */
  readonly read: readonly string[];
  /** To create, change and destroy, beside what reading needs. */
  readonly write: readonly string[];
}

/** API Gateway's actions are HTTP methods; reading tags is part of reading. */
const API: readonly AwsNeed[] = [
  {
    on: "apis",
    read: ["apigateway:GET"],
    write: ["apigateway:DELETE", "apigateway:PATCH", "apigateway:POST", "apigateway:PUT"],
  },
];

const NONE: readonly string[] = [];

/**
 * The reviewed table: every type of AWS resource that a stack of an environment declares, and what that takes, from the
 * calls of provider 6.25 and the Service Authorization Reference. A type without a row, a star, or a row that no stack
 * needs fails a test.
 */
export const AWS_NEEDS: Readonly<Record<string, readonly AwsNeed[]>> = {
  aws_apigatewayv2_api: [...API, { on: "gatewayRole", read: NONE, write: ["iam:CreateServiceLinkedRole"] }],
  aws_apigatewayv2_authorizer: API,
  aws_apigatewayv2_integration: API,
  aws_apigatewayv2_route: API,
  aws_apigatewayv2_stage: [
    ...API,
    // API Gateway sets up the delivery of access logs in the caller's name ("Configure logging for HTTP APIs").
    {
      on: "everything",
      read: NONE,
      write: [
        "logs:CreateLogDelivery",
        "logs:DeleteLogDelivery",
        "logs:DescribeResourcePolicies",
        "logs:GetLogDelivery",
        "logs:ListLogDeliveries",
        "logs:PutResourcePolicy",
        "logs:UpdateLogDelivery",
      ],
    },
  ],
  aws_cloudwatch_log_group: [
    { on: "anyLogGroup", read: ["logs:DescribeLogGroups"], write: NONE },
    {
      on: "logGroups",
      read: ["logs:ListTagsForResource"],
      write: [
        "logs:CreateLogGroup",
        "logs:DeleteLogGroup",
        "logs:DeleteRetentionPolicy",
        "logs:PutRetentionPolicy",
        "logs:TagResource",
        "logs:UntagResource",
      ],
    },
  ],
  aws_cognito_resource_server: [
    {
      on: "userPools",
      read: ["cognito-idp:DescribeResourceServer"],
      write: [
        "cognito-idp:CreateResourceServer",
        "cognito-idp:DeleteResourceServer",
        "cognito-idp:UpdateResourceServer",
      ],
    },
  ],
  aws_cognito_user_pool: [
    {
      on: "userPools",
      read: ["cognito-idp:DescribeUserPool", "cognito-idp:GetUserPoolMfaConfig", "cognito-idp:ListTagsForResource"],
      write: [
        "cognito-idp:DeleteUserPool",
        "cognito-idp:SetUserPoolMfaConfig",
        "cognito-idp:TagResource",
        "cognito-idp:UntagResource",
        "cognito-idp:UpdateUserPool",
      ],
    },
    { on: "everything", read: NONE, write: ["cognito-idp:CreateUserPool"] },
  ],
  aws_cognito_user_pool_client: [
    {
      on: "userPools",
      read: ["cognito-idp:DescribeUserPoolClient"],
      write: [
        "cognito-idp:CreateUserPoolClient",
        "cognito-idp:DeleteUserPoolClient",
        "cognito-idp:UpdateUserPoolClient",
      ],
    },
  ],
  aws_cognito_user_pool_domain: [
    { on: "everything", read: ["cognito-idp:DescribeUserPoolDomain"], write: NONE },
    {
      on: "userPools",
      read: NONE,
      write: [
        "cognito-idp:CreateUserPoolDomain",
        "cognito-idp:DeleteUserPoolDomain",
        "cognito-idp:UpdateUserPoolDomain",
      ],
    },
  ],
  aws_iam_role: [
    {
      on: "roles",
      // A role's own read lists what hangs on it.
      read: ["iam:GetRole", "iam:ListAttachedRolePolicies", "iam:ListRolePolicies"],
      write: [
        "iam:CreateRole",
        "iam:DeleteRole",
        "iam:ListInstanceProfilesForRole",
        "iam:TagRole",
        "iam:UntagRole",
        "iam:UpdateAssumeRolePolicy",
        "iam:UpdateRole",
        "iam:UpdateRoleDescription",
      ],
    },
  ],
  aws_iam_role_policies_exclusive: [
    { on: "roles", read: ["iam:ListRolePolicies"], write: ["iam:DeleteRolePolicy", "iam:PutRolePolicy"] },
  ],
  aws_iam_role_policy: [
    { on: "roles", read: ["iam:GetRolePolicy"], write: ["iam:DeleteRolePolicy", "iam:PutRolePolicy"] },
  ],
  aws_iam_role_policy_attachments_exclusive: [
    // Every list of the program is empty: it only ever takes away, so nothing attaches.
    { on: "roles", read: ["iam:ListAttachedRolePolicies"], write: ["iam:DetachRolePolicy"] },
  ],
  aws_lambda_function: [
    {
      on: "functions",
      read: [
        "lambda:GetFunction",
        "lambda:GetFunctionCodeSigningConfig",
        "lambda:ListTags",
        "lambda:ListVersionsByFunction",
      ],
      write: [
        "lambda:CreateFunction",
        "lambda:DeleteFunction",
        "lambda:DeleteFunctionConcurrency",
        "lambda:PutFunctionConcurrency",
        "lambda:TagResource",
        "lambda:UntagResource",
        "lambda:UpdateFunctionCode",
        "lambda:UpdateFunctionConfiguration",
      ],
    },
    { on: "functionRoles", read: NONE, write: ["iam:PassRole"] },
  ],
  aws_lambda_permission: [
    { on: "functions", read: ["lambda:GetPolicy"], write: ["lambda:AddPermission", "lambda:RemovePermission"] },
  ],
  aws_secretsmanager_secret: [
    {
      on: "secrets",
      read: ["secretsmanager:DescribeSecret", "secretsmanager:GetResourcePolicy"],
      write: [
        "secretsmanager:CreateSecret",
        "secretsmanager:DeleteSecret",
        "secretsmanager:RestoreSecret",
        "secretsmanager:TagResource",
        "secretsmanager:UntagResource",
        "secretsmanager:UpdateSecret",
      ],
    },
  ],
  aws_secretsmanager_secret_policy: [
    {
      on: "secrets",
      read: ["secretsmanager:GetResourcePolicy"],
      write: [
        "secretsmanager:DeleteResourcePolicy",
        "secretsmanager:PutResourcePolicy",
        "secretsmanager:ValidateResourcePolicy",
      ],
    },
  ],
  aws_secretsmanager_secret_version: [
    {
      on: "secrets",
      // A version is refreshed by reading it, value and all, even where the value is write-only.
      read: ["secretsmanager:GetSecretValue"],
      write: [
        "secretsmanager:ListSecretVersionIds",
        "secretsmanager:PutSecretValue",
        "secretsmanager:UpdateSecretVersionStage",
      ],
    },
  ],
};
