import { covered, STATEMENTS } from "./covered";
import type { ResourceType } from "./resource-type";
import { is, on } from "./strength";

export const S3: Readonly<Record<string, ResourceType>> = {
  aws_s3_bucket: {
    named: ["bucket", "bucket"],
    writes: ["bucket", "force_destroy", "lifecycle.prevent_destroy", "region"],
    unread: ["acl", "grant"],
    replaces: ["bucket", "bucket_prefix"],
    loss: "every object in it: in the state bucket, the Terraform state of each environment",
    covered: [covered(/^(bucket|force_destroy)$/)],
    guards: { force_destroy: (value) => (value === true ? 0 : 1) },
    opensOutside: ["acl", "grant"],
    ownedBy: { policy: { type: "aws_s3_bucket_policy", of: "bucket" } },
  },
  aws_s3_bucket_lifecycle_configuration: {
    kind: "bucket",
    writes: [
      "bucket",
      "region",
      "rule.abort_incomplete_multipart_upload.days_after_initiation",
      "rule.id",
      "rule.noncurrent_version_expiration.newer_noncurrent_versions",
      "rule.noncurrent_version_expiration.noncurrent_days",
      "rule.status",
    ],
    replaces: ["bucket"],
    refersTo: { bucket: ["aws_s3_bucket.id"] },
  },
  aws_s3_bucket_ownership_controls: {
    kind: "bucket",
    writes: ["bucket", "region", "rule.object_ownership"],
    replaces: ["bucket"],
    protection: { words: "ownership controls" },
    refersTo: { bucket: ["aws_s3_bucket.id"] },
  },
  aws_s3_bucket_policy: {
    kind: "bucket",
    writes: ["bucket", "policy", "region"],
    replaces: ["bucket"],
    covered: [covered(STATEMENTS)],
    refersTo: { bucket: ["aws_s3_bucket.id"], policy: ["aws_s3_bucket.arn"] },
  },
  aws_s3_bucket_public_access_block: {
    kind: "bucket",
    writes: [
      "block_public_acls",
      "block_public_policy",
      "bucket",
      "ignore_public_acls",
      "region",
      "restrict_public_buckets",
    ],
    replaces: ["bucket"],
    covered: [covered(/^(block|ignore|restrict)_public_\w+$/)],
    guards: {
      block_public_acls: on,
      block_public_policy: on,
      ignore_public_acls: on,
      restrict_public_buckets: on,
    },
    protection: { words: "a public access block" },
    refersTo: { bucket: ["aws_s3_bucket.id"] },
  },
  aws_s3_bucket_server_side_encryption_configuration: {
    kind: "bucket",
    writes: ["bucket", "region", "rule.apply_server_side_encryption_by_default.sse_algorithm"],
    replaces: ["bucket"],
    protection: { words: "encryption settings" },
    refersTo: { bucket: ["aws_s3_bucket.id"] },
  },
  aws_s3_bucket_versioning: {
    kind: "bucket",
    writes: ["bucket", "region", "versioning_configuration.status"],
    replaces: ["bucket"],
    covered: [covered(/^versioning_configuration\.status$/)],
    guards: { "versioning_configuration.status": is("Enabled") },
    protection: { words: "versioning" },
    refersTo: { bucket: ["aws_s3_bucket.id"] },
  },
  aws_s3_object: {
    writes: ["bucket", "content", "content_type", "key", "override_provider.default_tags.tags"],
    unread: ["acl"],
    replaces: ["bucket", "key"],
    // Whose certificates count is in an object.
    isRead: () => false,
    refersTo: { bucket: ["aws_s3_bucket.id"] },
  },
};
