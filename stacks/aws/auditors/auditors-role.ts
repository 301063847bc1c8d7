import type { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { Construct } from "constructs";
import { ExclusiveRole } from "../exclusive-role";
import { auditorsPermissions, auditorsTrust } from "./log-actions";

export interface AuditorsRoleProps {
  readonly name: string;
  /** ARNs of the only roles that may become this one, of any account. */
  readonly assumedBy: readonly string[];
  /** The only groups it reads. */
  readonly logGroups: readonly CloudwatchLogGroup[];
}

/**
 * Reads this environment's log groups. Everything else is denied, so that a policy attached by hand grants no secret, no
 * token and no call in the hours until the next apply removes it.
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
