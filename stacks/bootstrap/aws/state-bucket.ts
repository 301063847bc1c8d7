import { Construct } from "constructs";
import { PrivateBucket } from "../../aws/private-bucket";

export interface StateBucketProps {
  readonly name: string;
  readonly region: string;
  /** Key of the environment's state in the bucket. */
  readonly key: string;
  /** ARNs of the only roles that may read that, and with it the secrets of clients. */
  readonly readers: readonly string[];
}

/** How long an overwritten state can be brought back, in days; the newest versions stay longer. */
const KEPT_DAYS = 365;
const KEPT_VERSIONS = 50;

/**
 * Where Terraform keeps its state, secrets included. A lost state can be restored, and no plan deletes it. Principals that
 * may read everything in the account may not read it: as with clients' secrets, they would without the denial.
 */
export class StateBucket extends Construct {
  constructor(scope: Construct, id: string, { name, region, key, readers }: StateBucketProps) {
    super(scope, id);
    new PrivateBucket(this, "Bucket", {
      address: "state",
      bucket: { bucket: name, region, lifecycle: { preventDestroy: true } },
      kept: { noncurrentDays: KEPT_DAYS, newerNoncurrentVersions: KEPT_VERSIONS },
      denied: (arn) => ({
        Sid: "StateForItsReaders",
        Effect: "Deny",
        Principal: "*",
        Action: ["s3:GetObject", "s3:GetObjectVersion"],
        Resource: `${arn}/${key}`,
        Condition: { ArnNotEquals: { "aws:PrincipalArn": readers } },
      }),
    });
  }
}
