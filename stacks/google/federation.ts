import { IamWorkloadIdentityPool } from "@cdktf/provider-google/lib/iam-workload-identity-pool";
import { IamWorkloadIdentityPoolProvider } from "@cdktf/provider-google/lib/iam-workload-identity-pool-provider";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { AWS_MAPPING } from "../../contract/federation";
import type { Intent, Service } from "../../intent/model/intent";
import { assumedRoleArn, attributeCondition } from "../../intent/model/names";

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

  constructor(
    scope: Construct,
    id: string,
    private readonly intent: Pick<Intent, "aws" | "federation" | "services">,
    after: readonly ITerraformDependable[],
  ) {
    super(scope, id);
    const { aws, federation, services } = intent;
    const pool = new IamWorkloadIdentityPool(this, "gateway", {
      workloadIdentityPoolId: federation.poolId,
      displayName: federation.poolId,
      description: "AWS roles that invoke Cloud Run services through API Gateway",
      disabled: false,
      dependsOn: [...after],
    });
    const provider = new IamWorkloadIdentityPoolProvider(this, "aws-gateway", {
      workloadIdentityPoolId: pool.workloadIdentityPoolId,
      workloadIdentityPoolProviderId: federation.providerId,
      displayName: federation.providerId,
      description: "Exactly the invoker roles of this environment",
      disabled: false,
      // The only AWS account whose identities are accepted.
      aws: { accountId: aws.account },
      attributeMapping: AWS_MAPPING,
      attributeCondition: attributeCondition(services.map((service) => this.assumedRoleOf(service))),
    });
    this.ready = provider;
    this.providerName = provider.name;
    this.poolName = pool.name;
  }

  /** IAM member for every session of the one assumed role that impersonates a service's invoker. */
  memberFor(service: Service): string {
    return `principalSet://iam.googleapis.com/${this.poolName}/attribute.aws_role/${this.assumedRoleOf(service)}`;
  }

  private assumedRoleOf({ name }: Service): string {
    return assumedRoleArn(this.intent.aws.account, name);
  }
}
