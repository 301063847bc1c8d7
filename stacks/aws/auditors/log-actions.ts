import type { Statement } from "../policy-document";

/**
 * What reads a log group's lines. Each takes the group's ARN with its `:*`, streams included (Service Authorization
 * Reference, CloudWatch Logs; CloudWatch Logs User Guide, "ARNs"). Not among them: `logs:Unmask`.
 */
const READS_OF_GROUPS = [
  "logs:DescribeLogStreams",
  "logs:FilterLogEvents",
  "logs:GetLogEvents",
  "logs:GetLogGroupFields",
  "logs:GetLogRecord",
  "logs:GetQueryResults",
  "logs:StartQuery",
] as const;

/**
 * What knows no resource (same reference) and is needed to find a group and a saved query: it shows names and the texts of
 * queries, of the whole account and region, and no line of any log. `logs:StopQuery` knows none either: it would stop
 * anybody's.
 */
export const READS_OF_NAMES = ["logs:DescribeLogGroups", "logs:DescribeQueryDefinitions"] as const;

/** Everything but reading logs: no secret, no token, no call, and no other role. */
export function auditorsPermissions(logGroupArns: readonly string[]): readonly Statement[] {
  return [
    { Sid: "ReadLogs", Effect: "Allow", Action: READS_OF_GROUPS, Resource: logGroupArns.map((arn) => `${arn}:*`) },
    { Sid: "FindLogsAndQueries", Effect: "Allow", Action: READS_OF_NAMES, Resource: "*" },
    { Sid: "NothingElse", Effect: "Deny", NotAction: [...READS_OF_GROUPS, ...READS_OF_NAMES].sort(), Resource: "*" },
  ];
}

/** Exactly these roles. */
export function auditorsTrust(roleArns: readonly string[]): readonly Statement[] {
  return [{ Sid: "Auditors", Effect: "Allow", Principal: { AWS: roleArns }, Action: "sts:AssumeRole" }];
}
