import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { S3BucketLifecycleConfiguration } from "@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration";
import { S3BucketOwnershipControls } from "@cdktf/provider-aws/lib/s3-bucket-ownership-controls";
import { S3BucketPolicy } from "@cdktf/provider-aws/lib/s3-bucket-policy";
import { S3BucketPublicAccessBlock } from "@cdktf/provider-aws/lib/s3-bucket-public-access-block";
import { S3BucketServerSideEncryptionConfigurationA } from "@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration";
import { S3BucketVersioningA } from "@cdktf/provider-aws/lib/s3-bucket-versioning";
import { S3Object } from "@cdktf/provider-aws/lib/s3-object";
import { Construct } from "constructs";
import type { MutualTlsIntent } from "../../intent/intent";
import { policyDocument } from "./policy-document";

const KEY = "truststore.pem";
/** How long a trust store that has been replaced can be brought back, in days. */
const KEPT_DAYS = 365;

/**
 * Whose clients may connect: certificates in a bucket. Versioned, because the domain names the version it trusts, so that
 * nobody who writes to the bucket changes what counts.
 */
export class Truststore extends Construct {
  readonly uri: string;
  /** Known after apply. */
  readonly version: string;

  constructor(scope: Construct, id: string, { bucket: name, truststore, protect }: MutualTlsIntent) {
    super(scope, id);
    const made = new S3Bucket(this, "truststore", {
      bucket: name,
      // Without protection an environment goes with all that is in it.
      forceDestroy: !protect,
      lifecycle: { preventDestroy: protect },
    });
    const bucket = made.id;
    const versions = new S3BucketVersioningA(new Construct(this, "Versioning"), "truststore", {
      bucket,
      versioningConfiguration: { status: "Enabled" },
    });
    const encryption = new S3BucketServerSideEncryptionConfigurationA(new Construct(this, "Encryption"), "truststore", {
      bucket,
      rule: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }],
    });
    this.close(made);
    new S3BucketLifecycleConfiguration(new Construct(this, "Lifecycle"), "truststore", {
      bucket,
      rule: [
        {
          id: "old-versions",
          status: "Enabled",
          filter: [{ prefix: "" }],
          noncurrentVersionExpiration: [{ noncurrentDays: KEPT_DAYS }],
          abortIncompleteMultipartUpload: [{ daysAfterInitiation: 7 }],
        },
      ],
      dependsOn: [versions],
    });
    const object = new S3Object(new Construct(this, "Object"), "truststore", {
      bucket,
      key: KEY,
      content: truststore,
      contentType: "application/x-pem-file",
      // S3 takes ten tags of an object, and config may have more: the bucket bears them.
      overrideProvider: { defaultTags: { tags: {} } },
      // What was there before a version is none.
      dependsOn: [versions, encryption],
    });
    this.uri = `s3://${bucket}/${object.key}`;
    this.version = object.versionId;
  }

  /** For nobody outside of the account, and never in clear on the wire. */
  private close(made: S3Bucket): void {
    const bucket = made.id;
    new S3BucketOwnershipControls(new Construct(this, "Ownership"), "truststore", {
      bucket,
      rule: { objectOwnership: "BucketOwnerEnforced" },
    });
    const closed = new S3BucketPublicAccessBlock(new Construct(this, "PublicAccess"), "truststore", {
      bucket,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    new S3BucketPolicy(new Construct(this, "Policy"), "truststore", {
      bucket,
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
