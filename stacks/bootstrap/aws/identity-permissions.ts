import { type AwsNeeds, actionsOf } from "./need";

const cognito = actionsOf("cognito-idp");
const iam = actionsOf("iam");
const secrets = actionsOf("secretsmanager");

/** Callers' identities and the gateway's own: pools, clients, their secrets, roles. */
export const IDENTITY_NEEDS: AwsNeeds = {
  aws_cognito_resource_server: [
    {
      on: "userPools",
      read: cognito("DescribeResourceServer"),
      write: cognito("CreateResourceServer", "DeleteResourceServer", "UpdateResourceServer"),
    },
  ],
  aws_cognito_user_pool: [
    {
      on: "userPools",
      read: cognito("DescribeUserPool", "GetUserPoolMfaConfig", "ListTagsForResource"),
      write: cognito("DeleteUserPool", "SetUserPoolMfaConfig", "TagResource", "UntagResource", "UpdateUserPool"),
    },
    { on: "everything", write: cognito("CreateUserPool") },
  ],
  aws_cognito_user_pool_client: [
    {
      on: "userPools",
      read: cognito("DescribeUserPoolClient"),
      write: cognito("CreateUserPoolClient", "DeleteUserPoolClient", "UpdateUserPoolClient"),
    },
  ],
  aws_cognito_user_pool_domain: [
    { on: "everything", read: cognito("DescribeUserPoolDomain") },
    {
      on: "userPools",
      write: cognito("CreateUserPoolDomain", "DeleteUserPoolDomain", "UpdateUserPoolDomain"),
    },
  ],
  aws_iam_role: [
    {
      on: "roles",
      // Refreshing a role also lists its policies.
      read: iam("GetRole", "ListAttachedRolePolicies", "ListRolePolicies"),
      write: iam(
        "CreateRole",
        "DeleteRole",
        "ListInstanceProfilesForRole",
        "TagRole",
        "UntagRole",
        "UpdateAssumeRolePolicy",
        "UpdateRole",
        "UpdateRoleDescription",
      ),
    },
  ],
  aws_iam_role_policies_exclusive: [
    { on: "roles", read: iam("ListRolePolicies"), write: iam("DeleteRolePolicy", "PutRolePolicy") },
  ],
  aws_iam_role_policy: [{ on: "roles", read: iam("GetRolePolicy"), write: iam("DeleteRolePolicy", "PutRolePolicy") }],
  // One AWS managed policy on one role: see the condition.
  aws_iam_role_policy_attachment: [{ on: "attachedRole", write: iam("AttachRolePolicy") }],
  aws_iam_role_policy_attachments_exclusive: [
    { on: "roles", read: iam("ListAttachedRolePolicies"), write: iam("DetachRolePolicy") },
  ],
  aws_secretsmanager_secret: [
    {
      on: "secrets",
      read: secrets("DescribeSecret", "GetResourcePolicy"),
      write: secrets("CreateSecret", "DeleteSecret", "RestoreSecret", "TagResource", "UntagResource", "UpdateSecret"),
    },
  ],
  aws_secretsmanager_secret_policy: [
    {
      on: "secrets",
      read: secrets("GetResourcePolicy"),
      write: secrets("DeleteResourcePolicy", "PutResourcePolicy", "ValidateResourcePolicy"),
    },
  ],
  aws_secretsmanager_secret_version: [
    {
      on: "secrets",
      // Refreshing a version reads its value, even if the value is write-only.
      read: secrets("GetSecretValue"),
      write: secrets("ListSecretVersionIds", "PutSecretValue", "UpdateSecretVersionStage"),
    },
  ],
};
