/** Cloud Run's own line of each request: method, URL, status, sizes, times, agent and address, and no other header. */
const REQUESTS = "run.googleapis.com/requests";
/** What a container prints, and what Cloud Run says of it: whatever a service's authors log. */
const PRINTED = ["run.googleapis.com/stderr", "run.googleapis.com/stdout", "run.googleapis.com/varlog/system"] as const;
/** Who used an account or the federation. Of a token exchange it has the kinds of tokens, never a token. */
const DATA_ACCESS = "cloudaudit.googleapis.com/data_access";

interface RoutedLogsProps {
  readonly project: string;
  readonly services: readonly string[];
  readonly poolId?: string;
}

/**
 * What the sink takes (Logging query language; 20,000 characters): of this environment's services the logs that Cloud Run
 * writes, and of its accounts and its pool the audit logs of IAM and of the token exchange. Logs are named, so that one
 * that an app makes up for itself does not come in.
 */
export function routedLogs({ project, services, poolId }: RoutedLogsProps): string {
  const accounts = `^(${services.join("|")})(-rt)?@${project}[.]iam[.]gserviceaccount[.]com$`;
  const named = (ids: readonly string[]) => `(${ids.map((id) => `log_id("${id}")`).join(" OR ")})`;
  return [
    `(resource.type="cloud_run_revision" AND resource.labels.service_name=(${services.map(quoted).join(" OR ")}) AND ${named([REQUESTS, ...PRINTED])})`,
    `(log_id("${DATA_ACCESS}") AND resource.type="service_account" AND resource.labels.email_id=~"${accounts}")`,
    ...(poolId === undefined
      ? []
      : [
          `(log_id("${DATA_ACCESS}") AND protoPayload.serviceName="sts.googleapis.com" AND protoPayload.resourceName:"/workloadIdentityPools/${poolId}/")`,
        ]),
  ].join(" OR ");
}

/**
 * What auditors see of the bucket: what the sink takes without what containers print, so requests and audit logs. A view's
 * filter knows `AND` and `NOT`, and no `OR` (Cloud Logging, "Configure log views").
 */
export function visibleLogs(project: string): string {
  return [`SOURCE("projects/${project}")`, ...PRINTED.map((id) => `NOT LOG_ID("${id}")`)].join(" AND ");
}

function quoted(text: string): string {
  return `"${text}"`;
}
