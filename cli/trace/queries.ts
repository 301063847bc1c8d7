import { LOG_IDS, sessionNameOf } from "../../contract/trace-context";
import { type AccessLine, type DecisionLine, latencyOf, REQUEST_LOG } from "./lines";
import { type CloudWatchQuery, type Condition, type LogEntry, type LoggingQuery, requireQueryable } from "./log-source";
import { runServiceOf, type TracePlaces } from "./places";

export interface Period {
  readonly from: number;
  readonly to: number;
}

/** Google keeps a session's token for an hour, and the function caches the ID token that it gets for it. */
const SESSION_MILLISECONDS = 3_600_000;

/** Clocks of both clouds differ, and a line may be stamped after the answer. */
export const SLACK_MILLISECONDS = 5_000;

/** Maximum number of lines of one request. A service may print many. */
const MOST_LINES = 200;

export const AUDIT_LOG = "cloudaudit.googleapis.com/data_access";

/** Access log and authorizer log together, by an id that both may have. */
export function gatewayLines(places: TracePlaces, field: string, id: string, period: Period): CloudWatchQuery {
  const groups = [...places.accessGroups, ...Object.values(places.decisionGroups)];
  // AWS writes an X-Ray id with and without its name.
  const values = field === LOG_IDS.xray ? [id, `Root=${id}`] : [id];
  return { groups, where: [{ field, values }], ...period, limit: 50 };
}

/** What Envoy and services logged with the gateway's request id. */
export function printedLines(requestId: string, period: Period): LoggingQuery {
  const where = [
    { field: "resource.type", values: ["cloud_run_revision"] },
    { field: `jsonPayload.${LOG_IDS.request}`, values: [requestId] },
  ];
  return { where, ...period, limit: MOST_LINES };
}

/** Everything of a trace. */
export function tracedLines({ project }: TracePlaces, traceId: string, period: Period): LoggingQuery {
  return {
    where: [{ field: "trace", values: [`projects/${project}/traces/${traceId}`] }],
    ...period,
    limit: MOST_LINES,
  };
}

/** Lines of Cloud Run's request log at the time of a request. Undefined without the name of its service. */
export function runLinesAround(
  places: TracePlaces,
  { route, startedAt, milliseconds = 0, integrationStatus }: AccessLine,
): LoggingQuery | undefined {
  const service = runServiceOf(places, places.serviceOf[route ?? ""] ?? "");
  if (service === undefined) return undefined;
  const where = [
    { field: "resource.labels.service_name", values: [service] },
    // If the gateway gave up on a call, it does not know the status.
    ...(integrationStatus === undefined ? [] : [{ field: "httpRequest.status", values: [String(integrationStatus)] }]),
  ];
  const [from, to] = [startedAt - SLACK_MILLISECONDS, startedAt + milliseconds + SLACK_MILLISECONDS];
  return { logs: [REQUEST_LOG], where, from, to, limit: 20 };
}

/** Lines of the access log at the time of a line of Cloud Run. A line is stamped when the answer is sent. */
export function accessLinesAround(places: TracePlaces, run: LogEntry): CloudWatchQuery {
  const at = Date.parse(run.timestamp);
  return {
    groups: places.accessGroups,
    where: [{ field: "integrationStatus", values: [String(run.httpRequest?.status)] }],
    from: at - SLACK_MILLISECONDS,
    to: at + (latencyOf(run) ?? 0) + SLACK_MILLISECONDS,
    limit: MOST_LINES,
  };
}

/** Decisions about a route that the gateway could still have had in its cache. */
export function decisionsBefore(places: TracePlaces, { route = "", startedAt, client }: AccessLine): CloudWatchQuery {
  return {
    groups: Object.values(places.decisionGroups),
    where: [{ field: "route", values: [route] }, ...(client ? [{ field: "client", values: [client] }] : [])],
    from: startedAt - (places.cacheSeconds + 1) * 1000,
    to: startedAt,
    limit: MOST_LINES,
  };
}

/** Google's audit lines of the session in which a function gets a service's token. Undefined if none are declared. */
export function auditLines(places: TracePlaces, line: DecisionLine): LoggingQuery | undefined {
  const role = runServiceOf(places, line.service ?? "");
  if (!places.isAudited || role === undefined || line.service === undefined) return undefined;
  const session = `assumed-role/${role}/${sessionNameOf(line.kind, line.service)}`;
  const where = [
    { field: "protoPayload.serviceName", values: ["sts.googleapis.com", "iamcredentials.googleapis.com"] },
    { field: "protoPayload.authenticationInfo.principalSubject", how: "contains" as const, values: [session] },
  ];
  const [from, to] = [line.endedAt - SESSION_MILLISECONDS, line.endedAt + SLACK_MILLISECONDS];
  return { logs: [AUDIT_LOG], where, from, to, limit: 20 };
}

/** The text of a CloudWatch Logs Insights query. */
export function insightsText({ where, limit }: Pick<CloudWatchQuery, "limit" | "where">): string {
  const conditions = where.map(({ field, how, values }) => {
    const compared = values.map(requireQueryable).map((value) => {
      if (how === "startsWith") return `${field} like /^${requireWord(value)}/`;
      return how === "contains" ? `strcontains(${field}, "${value}")` : `${field} = "${value}"`;
    });
    return anyOf(compared, "or");
  });
  const parts = ["fields @timestamp, @message, @log", `filter ${conditions.join(" and ")}`];
  return [...parts, "sort @timestamp desc", `limit ${limit}`].join(" | ");
}

/** The text of a Cloud Logging filter. */
export function loggingFilter({ logs, where, from, to }: Omit<LoggingQuery, "limit">): string {
  return [
    ...(logs === undefined
      ? []
      : [
          anyOf(
            logs.map((id) => `log_id("${requireQueryable(id)}")`),
            "OR",
          ),
        ]),
    ...where.map(conditionText),
    `timestamp>="${new Date(from).toISOString()}"`,
    `timestamp<="${new Date(to).toISOString()}"`,
  ].join(" AND ");
}

function conditionText({ field, how, values }: Condition): string {
  const compared = values.map(requireQueryable).map((value) => {
    if (how === "startsWith") return `${field}=~"^${requireWord(value)}"`;
    if (how === "contains") return `${field}:"${value}"`;
    // The only number among the fields.
    return field === "httpRequest.status" ? `${field}=${requireWord(value)}` : `${field}="${value}"`;
  });
  return anyOf(compared, "OR");
}

function anyOf(conditions: readonly string[], or: string): string {
  return conditions.length === 1 ? (conditions[0] ?? "") : `(${conditions.join(` ${or} `)})`;
}

/** Part of a regular expression. */
function requireWord(text: string): string {
  if (/^\w+$/.test(text)) return text;
  throw new Error(`${JSON.stringify(text)} cannot be the start of a text in a query`);
}
