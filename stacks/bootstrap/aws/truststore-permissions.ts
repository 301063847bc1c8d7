import { type AwsNeed, type AwsNeeds, actionsOf } from "./need";

const s3 = actionsOf("s3");

const bucket = (read: readonly string[], write: readonly string[]): readonly AwsNeed[] => [
  { on: "truststore", read, write },
];

/** The trust store's bucket, and the object with its certificates. */
export const TRUSTSTORE_NEEDS: AwsNeeds = {
  aws_s3_bucket: bucket(
    // Everything that the provider reads of a bucket, whether declared or not.
    s3(
      "GetAccelerateConfiguration",
      "GetBucketAcl",
      "GetBucketCORS",
      "GetBucketLogging",
      "GetBucketObjectLockConfiguration",
      "GetBucketPolicy",
      "GetBucketRequestPayment",
      "GetBucketVersioning",
      "GetBucketWebsite",
      "GetEncryptionConfiguration",
      "GetLifecycleConfiguration",
      "GetReplicationConfiguration",
      "ListBucket",
      "ListTagsForResource",
    ),
    // Without protection, deleting a bucket also deletes its content: see the object's row.
    s3("CreateBucket", "DeleteBucket", "TagResource", "UntagResource"),
  ),
  aws_s3_bucket_lifecycle_configuration: bucket(s3("GetLifecycleConfiguration"), s3("PutLifecycleConfiguration")),
  aws_s3_bucket_ownership_controls: bucket(s3("GetBucketOwnershipControls"), s3("PutBucketOwnershipControls")),
  aws_s3_bucket_policy: bucket(s3("GetBucketPolicy"), s3("DeleteBucketPolicy", "PutBucketPolicy")),
  aws_s3_bucket_public_access_block: bucket(s3("GetBucketPublicAccessBlock"), s3("PutBucketPublicAccessBlock")),
  aws_s3_bucket_server_side_encryption_configuration: bucket(
    s3("GetEncryptionConfiguration"),
    s3("PutEncryptionConfiguration"),
  ),
  aws_s3_bucket_versioning: bucket(s3("GetBucketVersioning"), s3("PutBucketVersioning")),
  aws_s3_object: [
    // Destroying a versioned object deletes each version.
    { on: "truststore", write: s3("ListBucketVersions") },
    {
      on: "truststoreObject",
      read: s3("GetObject", "GetObjectTagging"),
      // The domain names the version that it trusts, and API Gateway reads it with the permissions of the identity that sets it.
      write: s3("DeleteObject", "DeleteObjectVersion", "GetObjectVersion", "PutObject"),
    },
  ],
};
