import { ServiceAccount } from "@cdktf/provider-google/lib/service-account";
import { ServiceAccountIamBinding } from "@cdktf/provider-google/lib/service-account-iam-binding";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";

export interface InvokerAccountProps {
  /** Account id, 6-30 characters, shared with the AWS role that becomes it. */
  readonly name: string;
  /** IAM member for the sessions of that one AWS role. */
  readonly federatedMember: string;
  readonly after: readonly ITerraformDependable[];
}

/** The Google half of a service's invoker: an account without keys, whose ID tokens one AWS role alone can mint. */
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
      // Mints ID tokens and nothing else: roles/iam.workloadIdentityUser would give access tokens too.
      role: "roles/iam.serviceAccountOpenIdTokenCreator",
      members: [props.federatedMember],
    });
  }
}
