import { soleReference } from "../terraform-json/references";
import { STATEMENTS } from "./covered";
import type { ResourceType } from "./resource-type";
import { is, on, unlessOn } from "./strength";

export const S3: Readonly<Record<string, ResourceType>> = {
  aws_s3_bucket: {
    named: ["bucket", "bucket"],
    unread: ["acl", "grant"],
    replaces: ["bucket", "bucket_prefix"],
    loss: "every object in it: in the state bucket, the Terraform state of each environment",
    covered: [/^(bucket|force_destroy)$/],
    guards: { force_destroy: unlessOn },
    opensOutside: ["acl", "grant"],
    ownedBy: { policy: { type: "aws_s3_bucket_policy", of: "bucket" } },
  },
  aws_s3_bucket_lifecycle_configuration: { kind: "bucket", replaces: ["bucket"] },
  aws_s3_bucket_ownership_controls: {
    kind: "bucket",
    replaces: ["bucket"],
    protection: { words: "ownership controls" },
  },
  aws_s3_bucket_policy: { kind: "bucket", replaces: ["bucket"], covered: [STATEMENTS] },
  aws_s3_bucket_public_access_block: {
    kind: "bucket",
    replaces: ["bucket"],
    covered: [/^(block|ignore|restrict)_public_\w+$/],
    guards: { block_public_acls: on, block_public_policy: on, ignore_public_acls: on, restrict_public_buckets: on },
    protection: { words: "a public access block" },
  },
  aws_s3_bucket_server_side_encryption_configuration: {
    kind: "bucket",
    replaces: ["bucket"],
    protection: { words: "encryption settings" },
  },
  aws_s3_bucket_versioning: {
    kind: "bucket",
    replaces: ["bucket"],
    covered: [/^versioning_configuration\.status$/],
    guards: { "versioning_configuration.status": is("Enabled") },
    protection: { words: "versioning" },
  },
  aws_s3_object: {
    unread: ["acl"],
    replaces: ["bucket", "key"],
    // No row reports the content. In a bucket that is new as well, it replaces nothing.
    isRead: ({ bucket }, before) => {
      const into = soleReference(bucket);
      return into?.type === "aws_s3_bucket" && before.resource.aws_s3_bucket?.[into.name] === undefined;
    },
  },
};
