import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { S3BucketLifecycleConfiguration } from "@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration";
import { S3BucketOwnershipControls } from "@cdktf/provider-aws/lib/s3-bucket-ownership-controls";
import { S3BucketPolicy } from "@cdktf/provider-aws/lib/s3-bucket-policy";
import { S3BucketPublicAccessBlock } from "@cdktf/provider-aws/lib/s3-bucket-public-access-block";
import { S3BucketServerSideEncryptionConfigurationA } from "@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration";
import { S3BucketVersioningA } from "@cdktf/provider-aws/lib/s3-bucket-versioning";
import { Construct } from "constructs";
import { policyDocument } from "../../aws/policy-document";

export interface StateBucketProps {
  readonly name: string;
  readonly region: string;
}

/** How long an overwritten state can be brought back, in days; the newest versions stay longer. */
const KEPT_DAYS = 365;
const KEPT_VERSIONS = 50;

/**
 * Where Terraform keeps what it knows, secrets included: versioned, so that a lost state comes back; encrypted; for
 * nobody outside of the account; never in clear on the wire; not deleted by a plan.
 */
export class StateBucket extends Construct {
  constructor(scope: Construct, id: string, { name, region }: StateBucketProps) {
    super(scope, id);
    const made = new S3Bucket(this, "state", { bucket: name, region, lifecycle: { preventDestroy: true } });
    const bucket = { bucket: made.id, region };
    new S3BucketOwnershipControls(new Construct(this, "Ownership"), "state", {
      ...bucket,
      rule: { objectOwnership: "BucketOwnerEnforced" },
    });
    const closed = new S3BucketPublicAccessBlock(new Construct(this, "PublicAccess"), "state", {
      ...bucket,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    const versions = new S3BucketVersioningA(new Construct(this, "Versioning"), "state", {
      ...bucket,
      versioningConfiguration: { status: "Enabled" },
    });
    new S3BucketServerSideEncryptionConfigurationA(new Construct(this, "Encryption"), "state", {
      ...bucket,
      rule: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }],
    });
    new S3BucketLifecycleConfiguration(new Construct(this, "Lifecycle"), "state", {
      ...bucket,
      rule: [
        {
          id: "old-versions",
          status: "Enabled",
          filter: [{ prefix: "" }],
          noncurrentVersionExpiration: [{ noncurrentDays: KEPT_DAYS, newerNoncurrentVersions: KEPT_VERSIONS }],
          abortIncompleteMultipartUpload: [{ daysAfterInitiation: 7 }],
        },
      ],
      // It speaks of versions, which there are none of before.
      dependsOn: [versions],
    });
    new S3BucketPolicy(new Construct(this, "Policy"), "state", {
      ...bucket,
      policy: policyDocument({
        Sid: "EncryptedOnTheWire",
        Effect: "Deny",
        Principal: "*",
        Action: "s3:*",
        Resource: [made.arn, `${made.arn}/*`],
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      }),
      // Two settings of one bucket at a time: S3 refuses the second while it works on the first.
      dependsOn: [closed],
    });
  }
}
