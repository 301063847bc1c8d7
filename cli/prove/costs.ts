/**
 * What a run can cost at most, in US dollars, at list prices of 2026 without any free tier. Objects that cost by the month
 * count for a whole month, although they exist for an hour: no vendor states that it bills less. docs/reference/costs.md
 * lists the meters and their sources.
 */
export const COSTS: readonly { readonly what: string; readonly dollars: number }[] = [
  // 3 environments of 2 clients, $6 a month each.
  { what: "Cognito: app clients with client_credentials", dollars: 36 },
  // 3 environments of 2 secrets, $0.40 a month each.
  { what: "AWS Secrets Manager: secrets", dollars: 2.4 },
  // 3 environments of 2 alarms and 1 custom metric, $0.10 and $0.30 a month each.
  { what: "CloudWatch: alarms and metrics of rotation", dollars: 1.5 },
  // Fewer than 10,000 requests, at most $3.50 for a million; their decisions, logs and transfer.
  { what: "API Gateway, Lambda, CloudWatch Logs, data transfer", dollars: 0.5 },
  // Two instances of one vCPU, with Envoy one and a half, for three hours at $0.09 a vCPU-hour; their memory.
  { what: "Cloud Run", dollars: 1.5 },
  { what: "S3, Cloud Logging, queries of logs", dollars: 0.1 },
];

/** The most that a whole run can cost, in US dollars. */
export const CEILING_DOLLARS = COSTS.reduce((sum, { dollars }) => sum + dollars, 0);
