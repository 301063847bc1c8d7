import { ServiceAccount } from "@cdktf/provider-google/lib/service-account";
import { ServiceAccountIamBinding } from "@cdktf/provider-google/lib/service-account-iam-binding";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";

export interface InvokerAccountProps {
  /** Account id, 6-30 characters, shared with the AWS role that impersonates it. */
  readonly name: string;
  /** IAM member for the sessions of that AWS role. */
  readonly federatedMember: string;
  readonly after: readonly ITerraformDependable[];
}

/** The Google half of a service's invoker: an account without keys. Only one AWS role can mint its ID tokens. */
export class InvokerAccount extends Construct {
  /** `serviceAccount:EMAIL`. */
  readonly member: string;
  /** Wait for this before the first call. */
  readonly ready: ITerraformDependable;

  constructor(scope: Construct, id: string, props: InvokerAccountProps) {
    super(scope, id);
    const account = new ServiceAccount(this, "Account", {
      accountId: props.name,
      displayName: props.name,
      description: `Invokes Cloud Run service ${props.name}; AWS role ${props.name} becomes it`,
      dependsOn: [...props.after],
    });
    this.member = account.member;
    this.ready = new ServiceAccountIamBinding(this, "Impersonation", {
      serviceAccountId: account.name,
      // This role can mint only ID tokens; roles/iam.workloadIdentityUser would also give access tokens.
      role: "roles/iam.serviceAccountOpenIdTokenCreator",
      members: [props.federatedMember],
    });
  }
}
