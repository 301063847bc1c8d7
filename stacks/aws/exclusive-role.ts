import { IamPolicy } from "@cdktf/provider-aws/lib/iam-policy";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePoliciesExclusive } from "@cdktf/provider-aws/lib/iam-role-policies-exclusive";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { IamRolePolicyAttachment } from "@cdktf/provider-aws/lib/iam-role-policy-attachment";
import { IamRolePolicyAttachmentsExclusive } from "@cdktf/provider-aws/lib/iam-role-policy-attachments-exclusive";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { policyDocument, type Statement } from "./policy-document";

export interface ExclusiveRoleProps {
  /** Name, unique in the account across regions. */
  readonly name: string;
  readonly description: string;
  readonly trust: readonly Statement[];
  /** Permissions of the role. Unset: none. */
  readonly permissions?: readonly Statement[];
  /**
   * Further permissions, which do not fit into the inline policy. They go into an attached managed policy with the
   * role's name.
   */
  readonly morePermissions?: readonly Statement[];
  /** ARN of an AWS managed policy, if AWS requires that policy. */
  readonly managedPolicy?: string;
}

/**
 * A role with exactly the declared permissions. A policy added or attached by hand is drift, and the next apply removes
 * it.
 */
export class ExclusiveRole extends Construct {
  readonly arn: string;
  /** Wait for these before using the role: its permissions. */
  readonly ready: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, props: ExclusiveRoleProps) {
    super(scope, id);
    const role = new IamRole(this, "Role", {
      name: props.name,
      description: props.description,
      assumeRolePolicy: policyDocument(...props.trust),
      // Role chaining (one role assuming another) allows one hour at most (IAM User Guide, "Roles terms and concepts").
      maxSessionDuration: 3600,
    });
    const { permissions = [], morePermissions = [], managedPolicy } = props;
    const policies = permissions.length === 0 ? [] : [this.permissions(role, permissions)];
    new IamRolePoliciesExclusive(this, "Policies", {
      roleName: role.name,
      policyNames: policies.map((policy) => policy.name),
    });
    const attached = [
      ...(managedPolicy === undefined ? [] : [this.attachment("Managed", role, managedPolicy)]),
      ...(morePermissions.length === 0 ? [] : [this.more(role, morePermissions)]),
    ];
    new IamRolePolicyAttachmentsExclusive(this, "Attachments", {
      roleName: role.name,
      policyArns: attached.map(({ policyArn }) => policyArn),
    });
    this.arn = role.arn;
    this.ready = [role, ...policies, ...attached];
  }

  private attachment(id: string, role: IamRole, policyArn: string): IamRolePolicyAttachment {
    return new IamRolePolicyAttachment(this, id, { role: role.name, policyArn });
  }

  private more(role: IamRole, statements: readonly Statement[]): IamRolePolicyAttachment {
    const policy = new IamPolicy(this, "MorePermissions", {
      name: role.name,
      // words: another description would replace the policy of a running environment.
      description: "What the role may do beside its inline policy, which is full",
      policy: policyDocument(...statements),
    });
    return this.attachment("More", role, policy.arn);
  }

  private permissions(role: IamRole, statements: readonly Statement[]): IamRolePolicy {
    return new IamRolePolicy(this, "Permissions", {
      name: "permissions",
      role: role.name,
      policy: policyDocument(...statements),
    });
  }
}
