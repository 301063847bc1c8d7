import type { Intent } from "../../intent/model/intent";

/** Cloud Run's request log: method, URL, status, sizes, times, user agent and IP address, but no other header. */
const REQUESTS = "run.googleapis.com/requests";
/** Output of the containers, which may contain anything, and Cloud Run's messages about them. */
const PRINTED = ["run.googleapis.com/stderr", "run.googleapis.com/stdout", "run.googleapis.com/varlog/system"] as const;
/** Audit log of the use of accounts and the federation. For a token exchange it has the token types, never a token. */
const DATA_ACCESS = "cloudaudit.googleapis.com/data_access";

/**
 * The sink's filter (Logging query language; 20,000 characters). It includes Cloud Run's logs of this environment's
 * services, and the audit logs of IAM and of the token exchange for its accounts and pool. Logs are listed by name, so
 * that logs created by an app are not included.
 */
export function routedLogs({
  google: { project },
  services,
  handshake,
  federation: { poolId },
}: Pick<Intent, "federation" | "google" | "handshake" | "services">): string {
  const names = services.map(({ name }) => name);
  const accounts = `^(${names.join("|")})(-rt)?@${project}[.]iam[.]gserviceaccount[.]com$`;
  const named = (ids: readonly string[]) => `(${ids.map((id) => `log_id("${id}")`).join(" OR ")})`;
  const exchanges = `(log_id("${DATA_ACCESS}") AND protoPayload.serviceName="sts.googleapis.com" AND protoPayload.resourceName:"/workloadIdentityPools/${poolId}/")`;
  // The logs of an existing service are its owner's.
  const own = services.filter(({ existing }) => existing === undefined).map(({ name }) => `"${name}"`);
  const requests = `(resource.type="cloud_run_revision" AND resource.labels.service_name=(${own.join(" OR ")}) AND ${named([REQUESTS, ...PRINTED])})`;
  return [
    ...(own.length === 0 ? [] : [requests]),
    `(log_id("${DATA_ACCESS}") AND resource.type="service_account" AND resource.labels.email_id=~"${accounts}")`,
    ...(handshake === "federated" ? [exchanges] : []),
  ].join(" OR ");
}

/**
 * The filter of the auditors' view: the sink's logs without container output, so requests and audit logs. A view's
 * filter supports `AND` and `NOT`, but not `OR` (Cloud Logging, "Configure log views").
 */
export function visibleLogs(project: string): string {
  return [`SOURCE("projects/${project}")`, ...PRINTED.map((id) => `NOT LOG_ID("${id}")`)].join(" AND ");
}
