import type { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { CloudwatchQueryDefinition } from "@cdktf/provider-aws/lib/cloudwatch-query-definition";
import { Construct } from "constructs";
import type { AccessLog } from "../access-log";

export interface SavedQueriesProps {
  /** Start of the queries' names, before a slash: by it `describe-query-definitions` finds them. */
  readonly prefix: string;
  /** One, or two where both kinds of API stand side by side. */
  readonly accessLogs: readonly AccessLog[];
  /** What the functions write of each decision; none where the gateway itself decides. */
  readonly decisionLogs: readonly CloudwatchLogGroup[];
}

/** With which the gateway, the authorizer or a service says no. Every value in an access log's line is a text. */
const REFUSALS = '["401", "403", "429"]';

/** Queries of CloudWatch Logs Insights that ask for patterns: of no request alone, and of no address or person. */
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
    // A grant of the ledger that is not in the answer was not used in the period.
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

/** The fields that name a client: one, or one for each claim by which issuers say it. */
function callerFields(logs: readonly AccessLog[]): string {
  const named = (name: RegExp) => logs.flatMap(({ fields }) => fields.filter((field) => name.test(field)));
  const names = [...named(/^issuer$/), ...named(/^client(_|$)/)];
  return [...new Set(names)].join(", ");
}
