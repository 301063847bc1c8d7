import { S3Bucket, type S3BucketConfig } from "@cdktf/provider-aws/lib/s3-bucket";
import { S3BucketLifecycleConfiguration } from "@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration";
import { S3BucketOwnershipControls } from "@cdktf/provider-aws/lib/s3-bucket-ownership-controls";
import { S3BucketPolicy } from "@cdktf/provider-aws/lib/s3-bucket-policy";
import { S3BucketPublicAccessBlock } from "@cdktf/provider-aws/lib/s3-bucket-public-access-block";
import { S3BucketServerSideEncryptionConfigurationA } from "@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration";
import { S3BucketVersioningA } from "@cdktf/provider-aws/lib/s3-bucket-versioning";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { policyDocument, type Statement } from "./policy-document";

export interface PrivateBucketProps {
  /** Terraform name of each of its resources. */
  readonly address: string;
  readonly bucket: Pick<S3BucketConfig, "bucket" | "region" | "forceDestroy" | "lifecycle">;
  /** How long overwritten objects can be restored. */
  readonly kept: { readonly noncurrentDays: number; readonly newerNoncurrentVersions?: number };
  /** Additional denial in its policy, given the bucket's ARN. */
  readonly denied?: (arn: string) => Statement;
}

/** A versioned, encrypted bucket that is closed to other accounts and reachable only over TLS. */
export class PrivateBucket extends Construct {
  /** Name of the bucket. */
  readonly id: string;
  /** Wait for these before creating the first object: without them it would be neither versioned nor encrypted. */
  readonly ready: ITerraformDependable[];

  constructor(scope: Construct, id: string, { address, bucket: config, kept, denied }: PrivateBucketProps) {
    super(scope, id);
    const made = new S3Bucket(this, address, config);
    this.id = made.id;
    const bucket = { bucket: made.id, ...(config.region !== undefined && { region: config.region }) };
    new S3BucketOwnershipControls(new Construct(this, "Ownership"), address, {
      ...bucket,
      rule: { objectOwnership: "BucketOwnerEnforced" },
    });
    const closed = new S3BucketPublicAccessBlock(new Construct(this, "PublicAccess"), address, {
      ...bucket,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    const versions = new S3BucketVersioningA(new Construct(this, "Versioning"), address, {
      ...bucket,
      versioningConfiguration: { status: "Enabled" },
    });
    const encryption = new S3BucketServerSideEncryptionConfigurationA(new Construct(this, "Encryption"), address, {
      ...bucket,
      rule: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }],
    });
    this.ready = [versions, encryption];
    new S3BucketLifecycleConfiguration(new Construct(this, "Lifecycle"), address, {
      ...bucket,
      rule: [
        {
          id: "old-versions",
          status: "Enabled",
          filter: [{ prefix: "" }],
          noncurrentVersionExpiration: [kept],
          abortIncompleteMultipartUpload: [{ daysAfterInitiation: 7 }],
        },
      ],
      // The lifecycle rule applies to versions, so versioning must be enabled first.
      dependsOn: [versions],
    });
    new S3BucketPolicy(new Construct(this, "Policy"), address, {
      ...bucket,
      policy: policyDocument(
        {
          Sid: "EncryptedOnTheWire",
          Effect: "Deny",
          Principal: "*",
          Action: "s3:*",
          Resource: [made.arn, `${made.arn}/*`],
          Condition: { Bool: { "aws:SecureTransport": "false" } },
        },
        ...(denied ? [denied(made.arn)] : []),
      ),
      // Sets one setting at a time: S3 refuses a second change of a bucket while it works on the first.
      dependsOn: [closed],
    });
  }
}
