import type { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { CloudwatchQueryDefinition } from "@cdktf/provider-aws/lib/cloudwatch-query-definition";
import { Construct } from "constructs";
import { auditorsRole } from "../../../intent/model/names";
import { comesFrom } from "../../shared/comes-from";
import type { AccessLog } from "../access-log";
import { ExclusiveRole } from "../exclusive-role";
import { auditorsPermissions, auditorsTrust } from "./log-actions";

export interface AuditorsProps {
  readonly prefix: string;
  /** ARNs of the only roles that may assume the auditors' role. */
  readonly assumedBy: readonly string[];
  readonly accessLog: AccessLog;
  /** Log groups with the functions' decisions; empty if the gateway itself decides. */
  readonly decisionLogs: readonly CloudwatchLogGroup[];
  /** All other CloudWatch log groups of this environment. */
  readonly otherLogs: readonly CloudwatchLogGroup[];
}

/**
 * Status codes with which the gateway, the authorizer or a service refuses a request. Every access log value is a
 * string.
 */
const REFUSALS = '["401", "403", "429"]';

/**
 * The auditors of one environment in AWS: the role that reads its log groups, and the saved queries.
 *
 * @returns the role's ARN
 */
export function declareAuditors(parent: Construct, props: AuditorsProps): string {
  const scope = comesFrom(new Construct(parent, "Auditors"), ["auditors", "awsRoles"]);
  const groups = [props.accessLog.group, ...props.decisionLogs, ...props.otherLogs];
  // Everything else is denied: a policy attached by hand grants nothing until the next apply removes it.
  const role = new ExclusiveRole(new Construct(scope, "AuditorsRole"), "auditors", {
    name: auditorsRole(props.prefix),
    description: "Reads the front door's logs; may do nothing else",
    trust: auditorsTrust(props.assumedBy),
    permissions: auditorsPermissions(groups.map(({ arn }) => arn)),
  });
  saveQueries(new Construct(scope, "SavedQueries"), props);
  return role.arn;
}

/** CloudWatch Logs Insights queries for patterns. None returns a single request, an IP address or a person. */
function saveQueries(queries: Construct, { prefix, accessLog, decisionLogs }: AuditorsProps): void {
  const save = (name: string, groups: readonly CloudwatchLogGroup[], lines: readonly string[]) =>
    new CloudwatchQueryDefinition(queries, name, {
      // `describe-query-definitions` finds them by the prefix.
      name: `${prefix}/${name}`,
      logGroupNames: groups.map((group) => group.name),
      queryString: lines.join("\n| "),
    });
  const caller = callerFields(accessLog);
  const access = [accessLog.group];
  save("traffic-per-client", access, [
    `stats count(*) as calls by ${caller}, status, bin(1d) as day`,
    "sort day desc, calls desc",
  ]);
  save("refusals-by-status", access, [
    `filter status in ${REFUSALS}`,
    `stats count(*) as refused, max(@timestamp) as last by status, route, ${caller}, authorizerError`,
    "sort refused desc",
  ]);
  // A grant in the ledger that is missing from the result was not used in the period.
  save("used-grants", access, [
    `filter status not in ${REFUSALS}`,
    `stats count(*) as calls, max(@timestamp) as last by ${caller}, route`,
    `sort ${caller}, route`,
  ]);
  if (decisionLogs.length > 0) {
    save("refusals-by-reason", decisionLogs, [
      'filter ispresent(decision) and decision != "allowed"',
      "stats count(*) as refused, max(@timestamp) as last by decision, reason, route, issuer, client",
      "sort refused desc",
    ]);
  }
}

/** The fields that identify a client: one, or one for each claim that issuers use for it. */
function callerFields({ fields }: AccessLog): string {
  const named = (name: RegExp) => fields.filter((field) => name.test(field));
  return [...named(/^issuer$/), ...named(/^client(_|$)/)].join(", ");
}
