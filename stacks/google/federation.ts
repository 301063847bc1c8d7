import { IamWorkloadIdentityPool } from "@cdktf/provider-google/lib/iam-workload-identity-pool";
import { IamWorkloadIdentityPoolProvider } from "@cdktf/provider-google/lib/iam-workload-identity-pool-provider";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";

export interface FederationProps {
  readonly poolId: string;
  readonly providerId: string;
  /** The only AWS account whose identities are accepted. */
  readonly awsAccount: string;
  /** CEL condition on the mapped attributes that lists the exact assumed roles. */
  readonly attributeCondition: string;
  readonly after: readonly ITerraformDependable[];
}

/**
 * Google's trust in the AWS account, one half of the federation's trust. The other half is each service account's own
 * binding, which names one role.
 */
export class Federation extends Construct {
  /** `projects/NUMBER/locations/global/workloadIdentityPools/POOL/providers/PROVIDER`, known after apply. */
  readonly providerName: string;
  /** Wait for this before the first call. */
  readonly ready: ITerraformDependable;
  private readonly poolName: string;

  constructor(scope: Construct, id: string, props: FederationProps) {
    super(scope, id);
    const pool = new IamWorkloadIdentityPool(this, "gateway", {
      workloadIdentityPoolId: props.poolId,
      displayName: props.poolId,
      description: "AWS roles that invoke Cloud Run services through API Gateway",
      disabled: false,
      dependsOn: [...props.after],
    });
    const provider = new IamWorkloadIdentityPoolProvider(this, "aws-gateway", {
      workloadIdentityPoolId: pool.workloadIdentityPoolId,
      workloadIdentityPoolProviderId: props.providerId,
      displayName: props.providerId,
      description: "Exactly the invoker roles of this environment",
      disabled: false,
      aws: { accountId: props.awsAccount },
      // Sets both, because any mapping replaces the defaults. The session name is removed from the role.
      attributeMapping: {
        "google.subject": "assertion.arn",
        "attribute.aws_role":
          "assertion.arn.contains('assumed-role') ? assertion.arn.extract('{account_arn}assumed-role/') + " +
          "'assumed-role/' + assertion.arn.extract('assumed-role/{role_name}/') : assertion.arn",
      },
      attributeCondition: props.attributeCondition,
    });
    this.ready = provider;
    this.providerName = provider.name;
    this.poolName = pool.name;
  }

  /** IAM member for every session of one assumed role, `arn:aws:sts::ACCOUNT:assumed-role/NAME`. */
  memberFor(assumedRoleArn: string): string {
    return `principalSet://iam.googleapis.com/${this.poolName}/attribute.aws_role/${assumedRoleArn}`;
  }
}
