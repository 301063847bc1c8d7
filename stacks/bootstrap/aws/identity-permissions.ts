import type { AwsResources } from "./resources";

/** Actions that Terraform's provider calls for one resource type. */
export interface AwsNeed {
  readonly on: AwsResources;
  /** To refresh and plan. Default: none. */
  readonly read?: readonly string[];
  /** To create, change and destroy, in addition to what reading needs. Default: none. */
  readonly write?: readonly string[];
  /** To list what no plan sees (`verify --inventory`), in addition to what reading needs. Default: none. */
  readonly list?: readonly string[];
}

/** Actions of one AWS service, as words: `logs("CreateLogGroup PutLogEvents")` has `logs:CreateLogGroup`. */
export const actionsOf =
  (service: string) =>
  (words: string): readonly string[] =>
    words.split(" ").map((name) => `${service}:${name}`);

export type AwsNeeds = Readonly<Record<string, readonly AwsNeed[]>>;

const cognito = actionsOf("cognito-idp");
const iam = actionsOf("iam");
const lambda = actionsOf("lambda");
const s3 = actionsOf("s3");
const secrets = actionsOf("secretsmanager");

const truststore = (read: string, write: string): readonly AwsNeed[] => [
  { on: "truststore", read: s3(read), write: s3(write) },
];

/** Callers' identities and the gateway's own: pools, clients, secrets, roles, and the trust store. */
export const IDENTITY_NEEDS: AwsNeeds = {
  aws_cognito_resource_server: [
    {
      on: "userPools",
      read: cognito("DescribeResourceServer"),
      write: cognito("CreateResourceServer DeleteResourceServer UpdateResourceServer"),
    },
  ],
  aws_cognito_user_pool: [
    {
      on: "userPools",
      read: cognito("DescribeUserPool GetUserPoolMfaConfig"),
      write: cognito("DeleteUserPool SetUserPoolMfaConfig TagResource UntagResource UpdateUserPool"),
      list: cognito("ListIdentityProviders"),
    },
    { on: "everything", write: cognito("CreateUserPool") },
  ],
  aws_cognito_user_pool_client: [
    {
      on: "userPools",
      read: cognito("DescribeUserPoolClient"),
      write: cognito("CreateUserPoolClient DeleteUserPoolClient UpdateUserPoolClient"),
      list: cognito("ListUserPoolClients"),
    },
  ],
  aws_cognito_user_pool_domain: [
    { on: "everything", read: cognito("DescribeUserPoolDomain") },
    { on: "userPools", write: cognito("CreateUserPoolDomain DeleteUserPoolDomain") },
  ],
  aws_iam_role: [
    {
      on: "roles",
      // Refreshing a role also reads its policies.
      read: iam("GetRole GetRolePolicy ListAttachedRolePolicies ListRolePolicies"),
      write: [
        ...iam("CreateRole DeleteRole ListInstanceProfilesForRole TagRole UntagRole"),
        ...iam("UpdateAssumeRolePolicy UpdateRole UpdateRoleDescription"),
      ],
    },
  ],
  aws_iam_role_policies_exclusive: [
    { on: "roles", read: iam("ListRolePolicies"), write: iam("DeleteRolePolicy PutRolePolicy") },
  ],
  aws_iam_role_policy: [{ on: "roles", read: iam("GetRolePolicy"), write: iam("DeleteRolePolicy PutRolePolicy") }],
  // One AWS managed policy on one role: see the condition.
  aws_iam_role_policy_attachment: [
    { on: "roles", read: iam("ListAttachedRolePolicies"), write: iam("DetachRolePolicy") },
    { on: "attachedRole", write: iam("AttachRolePolicy") },
  ],
  aws_iam_role_policy_attachments_exclusive: [
    { on: "roles", read: iam("ListAttachedRolePolicies"), write: iam("DetachRolePolicy") },
    { on: "attachedRole", write: iam("AttachRolePolicy") },
  ],
  aws_s3_bucket: [
    ...truststore(
      // Everything that the provider reads of a bucket, whether declared or not.
      "GetAccelerateConfiguration GetBucketAcl GetBucketCORS GetBucketLogging GetBucketObjectLockConfiguration " +
        "GetBucketPolicy GetBucketRequestPayment GetBucketVersioning GetBucketWebsite GetEncryptionConfiguration " +
        "GetLifecycleConfiguration GetReplicationConfiguration ListBucket ListTagsForResource",
      "CreateBucket DeleteBucket ListBucketVersions TagResource UntagResource",
    ),
    // Without protection, deleting a bucket also deletes its content.
    { on: "truststoreObject", write: s3("DeleteObject DeleteObjectVersion") },
  ],
  aws_s3_bucket_lifecycle_configuration: truststore("GetLifecycleConfiguration", "PutLifecycleConfiguration"),
  aws_s3_bucket_ownership_controls: truststore("GetBucketOwnershipControls", "PutBucketOwnershipControls"),
  aws_s3_bucket_policy: truststore("GetBucketPolicy", "DeleteBucketPolicy PutBucketPolicy"),
  aws_s3_bucket_public_access_block: truststore("GetBucketPublicAccessBlock", "PutBucketPublicAccessBlock"),
  aws_s3_bucket_server_side_encryption_configuration: truststore(
    "GetEncryptionConfiguration",
    "PutEncryptionConfiguration",
  ),
  aws_s3_bucket_versioning: truststore("GetBucketVersioning", "PutBucketVersioning"),
  aws_s3_object: [
    // Destroying a versioned object deletes each version.
    { on: "truststore", write: s3("ListBucketVersions") },
    {
      on: "truststoreObject",
      read: s3("GetObject GetObjectTagging"),
      write: s3("DeleteObject DeleteObjectVersion PutObject"),
    },
  ],
  aws_secretsmanager_secret: [
    {
      on: "secrets",
      read: secrets("DescribeSecret GetResourcePolicy"),
      write: secrets("CreateSecret DeleteSecret TagResource UntagResource UpdateSecret"),
    },
  ],
  aws_secretsmanager_secret_policy: [
    {
      on: "secrets",
      read: secrets("GetResourcePolicy"),
      write: secrets("DeleteResourcePolicy PutResourcePolicy ValidateResourcePolicy"),
    },
  ],
  aws_secretsmanager_secret_rotation: [
    { on: "secrets", read: secrets("DescribeSecret"), write: secrets("CancelRotateSecret RotateSecret") },
    // Secrets Manager checks that the identity that enables rotation may invoke the function.
    { on: "rotationFunctions", write: lambda("InvokeFunction") },
  ],
  aws_secretsmanager_secret_version: [
    {
      on: "secrets",
      // Refreshing a version reads its value, even if the value is write-only.
      read: secrets("GetSecretValue"),
      write: secrets("ListSecretVersionIds PutSecretValue UpdateSecretVersionStage"),
    },
  ],
};
