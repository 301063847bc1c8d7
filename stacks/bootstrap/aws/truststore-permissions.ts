import { type AwsNeed, type AwsNeeds, NONE } from "./need";

const bucket = (read: readonly string[], write: readonly string[]): readonly AwsNeed[] => [
  { on: "truststore", read, write },
];

/** The bucket of the authorities whose clients may connect, and the object that holds their certificates. */
export const TRUSTSTORE_NEEDS: AwsNeeds = {
  aws_s3_bucket: bucket(
    // All that the provider can say of a bucket, whatever of it is declared.
    [
      "s3:GetAccelerateConfiguration",
      "s3:GetBucketAcl",
      "s3:GetBucketCORS",
      "s3:GetBucketLogging",
      "s3:GetBucketObjectLockConfiguration",
      "s3:GetBucketPolicy",
      "s3:GetBucketRequestPayment",
      "s3:GetBucketVersioning",
      "s3:GetBucketWebsite",
      "s3:GetEncryptionConfiguration",
      "s3:GetLifecycleConfiguration",
      "s3:GetReplicationConfiguration",
      "s3:ListBucket",
      "s3:ListTagsForResource",
    ],
    // One without protection goes with all that is in it: see the object's row.
    ["s3:CreateBucket", "s3:DeleteBucket", "s3:TagResource", "s3:UntagResource"],
  ),
  aws_s3_bucket_lifecycle_configuration: bucket(["s3:GetLifecycleConfiguration"], ["s3:PutLifecycleConfiguration"]),
  aws_s3_bucket_ownership_controls: bucket(["s3:GetBucketOwnershipControls"], ["s3:PutBucketOwnershipControls"]),
  aws_s3_bucket_policy: bucket(["s3:GetBucketPolicy"], ["s3:DeleteBucketPolicy", "s3:PutBucketPolicy"]),
  aws_s3_bucket_public_access_block: bucket(["s3:GetBucketPublicAccessBlock"], ["s3:PutBucketPublicAccessBlock"]),
  aws_s3_bucket_server_side_encryption_configuration: bucket(
    ["s3:GetEncryptionConfiguration"],
    ["s3:PutEncryptionConfiguration"],
  ),
  aws_s3_bucket_versioning: bucket(["s3:GetBucketVersioning"], ["s3:PutBucketVersioning"]),
  aws_s3_object: [
    // A versioned object is destroyed version by version.
    { on: "truststore", read: NONE, write: ["s3:ListBucketVersions"] },
    {
      on: "truststoreObject",
      read: ["s3:GetObject", "s3:GetObjectTagging"],
      // The domain names the version that it trusts, and API Gateway reads it with the permissions of the identity that sets it.
      write: ["s3:DeleteObject", "s3:DeleteObjectVersion", "s3:GetObjectVersion", "s3:PutObject"],
    },
  ],
};
