import { Construct } from "constructs";
import { PrivateBucket } from "../../aws/private-bucket";

export interface StateBucketProps {
  readonly name: string;
  readonly region: string;
}

/** How long an overwritten state can be brought back, in days; the newest versions stay longer. */
const KEPT_DAYS = 365;
const KEPT_VERSIONS = 50;

/** Where Terraform keeps what it knows, secrets included: a lost state comes back, and no plan deletes it. */
export class StateBucket extends Construct {
  constructor(scope: Construct, id: string, { name, region }: StateBucketProps) {
    super(scope, id);
    new PrivateBucket(this, "Bucket", {
      address: "state",
      bucket: { bucket: name, region, lifecycle: { preventDestroy: true } },
      kept: { noncurrentDays: KEPT_DAYS, newerNoncurrentVersions: KEPT_VERSIONS },
    });
  }
}
