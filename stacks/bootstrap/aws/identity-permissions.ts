import { type AwsNeeds, NONE } from "./need";

/** Callers' identities and the gateway's own: pools, clients, their secrets, roles. */
export const IDENTITY_NEEDS: AwsNeeds = {
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
      // Refreshing a role also lists its policies.
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
  // One AWS managed policy on one role: see the condition.
  aws_iam_role_policy_attachment: [{ on: "attachedRole", read: NONE, write: ["iam:AttachRolePolicy"] }],
  aws_iam_role_policy_attachments_exclusive: [
    { on: "roles", read: ["iam:ListAttachedRolePolicies"], write: ["iam:DetachRolePolicy"] },
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
      // Refreshing a version reads its value, even if the value is write-only.
      read: ["secretsmanager:GetSecretValue"],
      write: [
        "secretsmanager:ListSecretVersionIds",
        "secretsmanager:PutSecretValue",
        "secretsmanager:UpdateSecretVersionStage",
      ],
    },
  ],
};
