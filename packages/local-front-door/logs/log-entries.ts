import { randomUUID } from "node:crypto";
import { CLOUD_TRACE_FIELD } from "../../../contract/trace-context";

/** An entry as `gcloud logging read --format=json` returns it (Cloud Logging API, LogEntry). */
export interface LogEntry {
  readonly insertId: string;
  /** `projects/P/logs/run.googleapis.com%2Frequests` */
  readonly logName: string;
  readonly resource: { readonly type: string; readonly labels: Readonly<Record<string, string>> };
  /** RFC 3339 */
  readonly timestamp: string;
  readonly severity: string;
  /** `projects/P/traces/T` */
  readonly trace?: string;
  readonly httpRequest?: Readonly<Record<string, unknown>>;
  readonly jsonPayload?: Readonly<Record<string, unknown>>;
  readonly textPayload?: string;
  readonly protoPayload?: Readonly<Record<string, unknown>>;
}

export interface ServiceOfProject {
  readonly project: string;
  /** Name of the Cloud Run service. */
  readonly service: string;
  readonly location: string;
}

export interface RunRequest {
  readonly method: string;
  /** Without the query, which may contain codes and tokens. Google logs it. */
  readonly url: string;
  readonly status: number;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly milliseconds: number;
  readonly userAgent: string | undefined;
  readonly traceId: string;
  /** Why Cloud Run's IAM check refused. Default: the service answered. */
  readonly refusal?: string;
}

/** Writes the lines of a service's request log. A line's timestamp is the request's arrival. */
export function requestEntries(of: ServiceOfProject): (request: RunRequest) => LogEntry {
  const logName = logNameOf(of.project, "run.googleapis.com/requests");
  const resource = revision(of);
  return ({ method, url, status, startedAt, milliseconds, userAgent, traceId, refusal }) => ({
    ...written(startedAt),
    logName,
    severity: status >= 500 ? "ERROR" : status >= 400 ? "WARNING" : "INFO",
    resource,
    trace: `projects/${of.project}/traces/${traceId}`,
    ...(refusal !== undefined && { textPayload: refusal }),
    httpRequest: {
      requestMethod: method,
      requestUrl: url,
      status,
      ...(userAgent !== undefined && { userAgent }),
      latency: `${(milliseconds / 1000).toFixed(6)}s`,
      protocol: "HTTP/1.1",
    },
  });
}

export interface PrintedLine {
  readonly line: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** The request that its service was answering, for a line that names no trace. Cloud Logging does not know it. */
  readonly traceId?: string | undefined;
}

/** Makes the entry for a line that a container printed. Cloud Logging takes severity and trace from a JSON line. */
export function printedEntry(of: ServiceOfProject, { line, at, traceId }: PrintedLine): LogEntry {
  const entry = { ...base(of.project, "run.googleapis.com/stdout", at), resource: revision(of), severity: "DEFAULT" };
  const answering = traceId === undefined ? {} : { trace: `projects/${of.project}/traces/${traceId}` };
  const payload = objectIn(line);
  if (payload === undefined) return { ...entry, ...answering, textPayload: line };
  const { severity, [CLOUD_TRACE_FIELD]: trace, ...jsonPayload } = payload;
  return {
    ...entry,
    ...(typeof severity === "string" && { severity }),
    ...(typeof trace === "string" ? { trace } : answering),
    jsonPayload,
  };
}

export interface AuditedCall {
  readonly project: string;
  readonly serviceName: "sts.googleapis.com" | "iamcredentials.googleapis.com";
  readonly methodName: string;
  /** Who called: the AWS session's ARN, or a principal of the pool. */
  readonly principalSubject: string;
  readonly resourceName: string;
  readonly resource: LogEntry["resource"];
  /** Why it was refused. Default: it was not. */
  readonly refusal?: string;
  readonly request: Readonly<Record<string, unknown>>;
  readonly at: number;
}

/** PERMISSION_DENIED, of google.rpc.Code. */
const DENIED = 7;

/**
 * Makes an entry of the Data Access audit log
 * (https://cloud.google.com/iam/docs/audit-logging/examples-workload-identity).
 */
export function auditEntry({ project, at, resource, principalSubject, refusal, ...call }: AuditedCall): LogEntry {
  return {
    ...base(project, "cloudaudit.googleapis.com/data_access", at),
    severity: refusal === undefined ? "INFO" : "ERROR",
    resource,
    protoPayload: {
      "@type": "type.googleapis.com/google.cloud.audit.AuditLog",
      authenticationInfo: { principalSubject },
      ...call,
      ...(refusal !== undefined && { status: { code: DENIED, message: refusal } }),
    },
  };
}

function base(project: string, log: string, at: number) {
  return { ...written(at), logName: logNameOf(project, log) };
}

function written(at: number) {
  return { insertId: randomUUID(), timestamp: new Date(at).toISOString() };
}

function logNameOf(project: string, log: string): string {
  return `projects/${project}/logs/${encodeURIComponent(log)}`;
}

function revision({ project, service, location }: ServiceOfProject): LogEntry["resource"] {
  const labels = { project_id: project, service_name: service, location };
  const revision_name = `${service}-00001-loc`;
  return { type: "cloud_run_revision", labels: { ...labels, configuration_name: service, revision_name } };
}

function objectIn(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
