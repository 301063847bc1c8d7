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
    // Everything else is denied: a policy attached by hand grants nothing until the next apply removes it.
    const role = new ExclusiveRole(new Construct(this, "AuditorsRole"), "auditors", {
      name: props.roleName,
      description: "Reads the front door's logs; may do nothing else",
      trust: auditorsTrust(props.assumedBy),
      permissions: auditorsPermissions(groups.map(({ arn }) => arn)),
    });
    this.roleArn = role.arn;
    new SavedQueries(this, "SavedQueries", { prefix, accessLogs, decisionLogs });
  }
}
