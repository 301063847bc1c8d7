import { ServiceAccount } from "@cdktf/provider-google/lib/service-account";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";

export interface RuntimeAccountProps {
  /** Account id: `<service name>-rt`, 30 characters at most. */
  readonly name: string;
  readonly after: readonly ITerraformDependable[];
}

/**
 * The account a service's containers run as. It has no permission except to read its secrets, which their bindings
 * grant.
 */
export class RuntimeAccount extends Construct {
  readonly email: string;
  /** `serviceAccount:EMAIL`. */
  readonly member: string;
  /** Its numeric id, known after apply. */
  readonly uniqueId: string;

  constructor(scope: Construct, id: string, props: RuntimeAccountProps) {
    super(scope, id);
    const account = new ServiceAccount(this, "rt", {
      accountId: props.name,
      displayName: props.name,
      description: "Containers of the Cloud Run service run as this account",
      dependsOn: [...props.after],
    });
    this.email = account.email;
    this.member = account.member;
    this.uniqueId = account.uniqueId;
  }
}
