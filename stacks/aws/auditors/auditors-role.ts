import type { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { Construct } from "constructs";
import { ExclusiveRole } from "../exclusive-role";
import { auditorsPermissions, auditorsTrust } from "./log-actions";

export interface AuditorsRoleProps {
  readonly name: string;
  /** ARNs of the only roles that may assume this role, from any account. */
  readonly assumedBy: readonly string[];
  /** The only log groups it may read. */
  readonly logGroups: readonly CloudwatchLogGroup[];
}

/**
 * May read this environment's log groups. Everything else is denied. A policy attached by hand therefore grants no
 * secret, token or call until the next apply removes it.
 */
export class AuditorsRole extends Construct {
  readonly arn: string;

  constructor(scope: Construct, id: string, { name, assumedBy, logGroups }: AuditorsRoleProps) {
    super(scope, id);
    const role = new ExclusiveRole(this, "auditors", {
      name,
      description: "Reads the front door's logs; may do nothing else",
      trust: auditorsTrust(assumedBy),
      permissions: auditorsPermissions(logGroups.map(({ arn }) => arn)),
    });
    this.arn = role.arn;
  }
}
