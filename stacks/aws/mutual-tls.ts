import { S3Object } from "@cdktf/provider-aws/lib/s3-object";
import { Construct } from "constructs";
import type { MutualTlsIntent } from "../../intent/model/gateway-intent";
import { PrivateBucket } from "./private-bucket";

const KEY = "truststore.pem";
/** How long a replaced trust store can be restored, in days. */
const KEPT_DAYS = 365;

/**
 * Bucket with the certificates of the authorities whose clients may connect. The bucket is versioned and the domain
 * names the version it trusts, so a write to the bucket changes nothing.
 */
export class Truststore extends Construct {
  readonly uri: string;
  /** Known after apply. */
  readonly version: string;

  constructor(scope: Construct, id: string, { bucket: name, truststore, protect }: MutualTlsIntent) {
    super(scope, id);
    const bucket = new PrivateBucket(this, "Bucket", {
      address: "truststore",
      // Without protection, deleting an environment deletes the bucket's content too.
      bucket: { bucket: name, forceDestroy: !protect, lifecycle: { preventDestroy: protect } },
      kept: { noncurrentDays: KEPT_DAYS },
    });
    const object = new S3Object(this, "truststore", {
      bucket: bucket.id,
      key: KEY,
      content: truststore,
      contentType: "application/x-pem-file",
      // S3 allows ten tags per object, and config may have more. The bucket has the tags instead.
      overrideProvider: { defaultTags: { tags: {} } },
      dependsOn: bucket.ready,
    });
    this.uri = `s3://${bucket.id}/${object.key}`;
    this.version = object.versionId;
  }
}
