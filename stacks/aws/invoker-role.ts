import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { ExclusiveRole } from "./exclusive-role";

export interface InvokerRoleProps {
  /**
   * Name, shared with the Google service account that it impersonates. 6-30 characters: the service account's limit is
   * the smaller one.
   */
  readonly name: string;
  /**
   * ARNs of the only roles that may assume this role: those of the authorizer functions that serve the service's
   * routes.
   */
  readonly assumedBy: readonly string[];
}

/**
 * The AWS half of a service's invoker: a role without any AWS permission. Google exchanges its signed
 * `GetCallerIdentity` request for the service account of the same name.
 */
export class InvokerRole extends Construct {
  /** Wait for these before the first call. */
  readonly ready: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, props: InvokerRoleProps) {
    super(scope, id);
    const role = new ExclusiveRole(this, "ExclusiveRole", {
      name: props.name,
      description: `Becomes the Google service account ${props.name}; may do nothing in AWS`,
      trust: [
        {
          Sid: "AuthorizerFunctions",
          Effect: "Allow",
          Principal: { AWS: props.assumedBy },
          Action: "sts:AssumeRole",
        },
      ],
    });
    this.ready = role.ready;
  }
}
