import type { Statement } from "../policy-document";

/**
 * Actions that read a log group's lines. Each takes the group's ARN with `:*`, which includes streams (Service
 * Authorization Reference, CloudWatch Logs; CloudWatch Logs User Guide, "ARNs"). `logs:Unmask` is not included.
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
 * Actions without resource-level permissions (same reference) that are needed to find a group and a saved query. They
 * show names and query texts of the whole account and region, but no log lines. `logs:StopQuery` is left out: it has no
 * resource-level permissions either, and would stop other principals' queries.
 */
export const READS_OF_NAMES = ["logs:DescribeLogGroups", "logs:DescribeQueryDefinitions"] as const;

/** Permissions of auditors: reading logs, with everything else denied: secrets, tokens, calls and other roles. */
export function auditorsPermissions(logGroupArns: readonly string[]): readonly Statement[] {
  return [
    { Sid: "ReadLogs", Effect: "Allow", Action: READS_OF_GROUPS, Resource: logGroupArns.map((arn) => `${arn}:*`) },
    { Sid: "FindLogsAndQueries", Effect: "Allow", Action: READS_OF_NAMES, Resource: "*" },
    { Sid: "NothingElse", Effect: "Deny", NotAction: [...READS_OF_GROUPS, ...READS_OF_NAMES].sort(), Resource: "*" },
  ];
}

/** Trusts exactly these roles. */
export function auditorsTrust(roleArns: readonly string[]): readonly Statement[] {
  return [{ Sid: "Auditors", Effect: "Allow", Principal: { AWS: roleArns }, Action: "sts:AssumeRole" }];
}
