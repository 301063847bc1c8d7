import type { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { Construct } from "constructs";
import type { AccessLog } from "../access-log";
import { ExclusiveRole } from "../exclusive-role";
import { auditorsPermissions, auditorsTrust } from "./log-actions";
import { SavedQueries } from "./saved-queries";

export interface AuditorsProps {
  readonly prefix: string;
  readonly roleName: string;
  /** ARNs of the only roles that may assume the auditors' role. */
  readonly assumedBy: readonly string[];
  readonly accessLogs: readonly AccessLog[];
  /** Log groups with the functions' decisions. */
  readonly decisionLogs: readonly CloudwatchLogGroup[];
  /** All other CloudWatch log groups of this environment. */
  readonly otherLogs: readonly CloudwatchLogGroup[];
}

/** The auditors of one environment in AWS: the role that reads its log groups, and the saved queries. */
export class Auditors extends Construct {
  readonly roleArn: string;

  constructor(scope: Construct, id: string, { prefix, accessLogs, decisionLogs, ...props }: AuditorsProps) {
    super(scope, id);
    const groups = [...accessLogs.map(({ group }) => group), ...decisionLogs, ...props.otherLogs];
    const role = { name: props.roleName, assumedBy: props.assumedBy, logGroups: groups };
    this.roleArn = new AuditorsRole(this, "AuditorsRole", role).arn;
    new SavedQueries(this, "SavedQueries", { prefix, accessLogs, decisionLogs });
  }
}

interface AuditorsRoleProps {
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
class AuditorsRole extends Construct {
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
