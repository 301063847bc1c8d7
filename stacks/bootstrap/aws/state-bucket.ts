import { Construct } from "constructs";
import { PrivateBucket } from "../../aws/private-bucket";

export interface StateBucketProps {
  readonly name: string;
  readonly region: string;
  /** Key of the environment's state in the bucket. */
  readonly key: string;
  /** ARNs of the only roles that may read the state, which includes the clients' secrets. */
  readonly readers: readonly string[];
}

/** How long an overwritten state can be restored, in days. The newest versions are kept longer. */
const KEPT_DAYS = 365;
const KEPT_VERSIONS = 50;

/**
 * The bucket of Terraform's state, which includes secrets. A lost state can be restored, and no plan deletes it. As
 * with clients' secrets, a denial keeps out principals that may read everything in the account.
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
