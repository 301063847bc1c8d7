import type { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { CloudwatchQueryDefinition } from "@cdktf/provider-aws/lib/cloudwatch-query-definition";
import { Construct } from "constructs";
import type { AccessLog } from "../access-log";

export interface SavedQueriesProps {
  /** Prefix of the queries' names, before a slash. `describe-query-definitions` finds them by it. */
  readonly prefix: string;
  /** One, or two if both kinds of API exist. */
  readonly accessLogs: readonly AccessLog[];
  /** Log groups with the functions' decisions; empty if the gateway itself decides. */
  readonly decisionLogs: readonly CloudwatchLogGroup[];
}

/**
 * Status codes with which the gateway, the authorizer or a service refuses a request. Every access log value is a
 * string.
 */
const REFUSALS = '["401", "403", "429"]';

/** CloudWatch Logs Insights queries for patterns. None returns a single request, an IP address or a person. */
export class SavedQueries extends Construct {
  constructor(scope: Construct, id: string, props: SavedQueriesProps) {
    super(scope, id);
    const caller = callerFields(props.accessLogs);
    const access = props.accessLogs.map(({ group }) => group);
    this.save(props, "traffic-per-client", access, [
      `stats count(*) as calls by ${caller}, status, bin(1d) as day`,
      "sort day desc, calls desc",
    ]);
    this.save(props, "refusals-by-status", access, [
      `filter status in ${REFUSALS}`,
      `stats count(*) as refused, max(@timestamp) as last by status, route, ${caller}, authorizerError`,
      "sort refused desc",
    ]);
    // A grant in the ledger that is missing from the result was not used in the period.
    this.save(props, "used-grants", access, [
      `filter status not in ${REFUSALS}`,
      `stats count(*) as calls, max(@timestamp) as last by ${caller}, route`,
      `sort ${caller}, route`,
    ]);
    if (props.decisionLogs.length > 0) {
      this.save(props, "refusals-by-reason", props.decisionLogs, [
        'filter ispresent(decision) and decision != "allowed"',
        "stats count(*) as refused, max(@timestamp) as last by decision, reason, route, issuer, client",
        "sort refused desc",
      ]);
    }
  }

  private save(
    { prefix }: SavedQueriesProps,
    name: string,
    groups: readonly CloudwatchLogGroup[],
    lines: string[],
  ): void {
    new CloudwatchQueryDefinition(this, name, {
      name: `${prefix}/${name}`,
      logGroupNames: groups.map((group) => group.name),
      queryString: lines.join("\n| "),
    });
  }
}

/** The fields that identify a client: one, or one for each claim that issuers use for it. */
function callerFields(logs: readonly AccessLog[]): string {
  const named = (name: RegExp) => logs.flatMap(({ fields }) => fields.filter((field) => name.test(field)));
  const names = [...named(/^issuer$/), ...named(/^client(_|$)/)];
  return [...new Set(names)].join(", ");
}
