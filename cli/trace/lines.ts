import { CLOUD_TRACE_FIELD, LOG_IDS, traceIdOf } from "../../contract/trace-context";
import { readAccessLine } from "../../packages/local-front-door/envoy/access-line";
import { jsonIn } from "../process/json";
import { fieldOf, type InsightsRow, type LogEntry, timeOf } from "./log-source";

export const REQUEST_LOG = "run.googleapis.com/requests";

/** Fields of a JSON line. `-` and an empty text stand for no value, which is absent here. */
export type Fields = Readonly<Record<string, unknown>>;

/** A line of the gateway's access log. */
export type AccessLine = NonNullable<ReturnType<typeof accessLine>>;

/** A line of the authorizer's log. */
export type DecisionLine = NonNullable<ReturnType<typeof decisionLine>>;

/** Undefined for any other line. Times are in milliseconds since 1970. */
export function accessLine(row: InsightsRow) {
  const line = fieldsOf(fieldOf(row, "@message"));
  const requestId = text(line, LOG_IDS.request);
  const [status, startedAt] = [number(line, "status"), number(line, "time")];
  if (requestId === undefined || status === undefined || startedAt === undefined) return undefined;
  return {
    requestId,
    // A REST API writes `GET -` for a call without a route.
    route: text(line, "route")?.replace(/^\S+ -$/, "") || undefined,
    status,
    startedAt,
    milliseconds: number(line, "responseLatencyMs"),
    integrationStatus: number(line, "integrationStatus"),
    integrationMilliseconds: number(line, "integrationLatencyMs"),
    integrationError: text(line, "integrationError"),
    authorizerError: text(line, "authorizerError"),
    client: text(line, "client"),
    actor: text(line, "actor"),
    subject: text(line, "subject"),
    decision: text(line, "decision"),
    xrayTraceId: text(line, LOG_IDS.xray),
    log: groupOf(row),
  };
}

/** @param kindOf `callers` or `public`, by the log group */
export function decisionLine(row: InsightsRow, kindOf: (group: string) => string) {
  const line = fieldsOf(fieldOf(row, "@message"));
  const [requestId, decision] = [text(line, LOG_IDS.request), text(line, "decision")];
  // Lambda writes its own lines into the same group.
  if (requestId === undefined || decision === undefined || line?.level === undefined) return undefined;
  const log = groupOf(row);
  const hits = line.cacheHits as { readonly googleToken?: boolean } | undefined;
  return {
    requestId,
    route: text(line, "route"),
    service: text(line, "service"),
    decision,
    reason: text(line, "reason"),
    upstreamStatus: number(line, "upstreamStatus"),
    issuer: text(line, "issuer"),
    client: text(line, "client"),
    actor: text(line, "actor"),
    subject: text(line, "subject"),
    traceId: text(line, LOG_IDS.trace),
    endedAt: Date.parse(String(line.timestamp)) || timeOf(row),
    milliseconds: (line.milliseconds ?? {}) as Record<string, number>,
    /** Whether the Google token came from the function's memory; undefined if it was not needed. */
    googleTokenWasKept: hits?.googleToken,
    kind: kindOf(log),
    log,
  };
}

/** Name of the log group: Insights names it `123456789012:/aws/lambda/x`. */
function groupOf(row: InsightsRow): string {
  return fieldOf(row, "@log").replace(/^\d+:/, "");
}

/** The trace id of an entry, or the one that its service logged: 32 hexadecimal digits. */
export function traceIn({ trace, jsonPayload }: LogEntry): string | undefined {
  const id = trace?.split("/").at(-1) ?? text(jsonPayload, LOG_IDS.trace);
  return traceIdOf(`00-${id}-0000000000000001-00`);
}

/** `run.googleapis.com/requests` */
export function logIdOf({ logName }: LogEntry): string {
  return decodeURIComponent(logName.split("/logs/").at(-1) ?? "");
}

/** Whether an entry is of Cloud Run's request log. */
export function isRunLine(entry: LogEntry): boolean {
  return logIdOf(entry) === REQUEST_LOG;
}

/** A line of Envoy's access log. Undefined for any other entry. */
export function envoyLine(entry: LogEntry) {
  const { jsonPayload: line, trace = "" } = entry;
  if (line === undefined || line.flags === undefined) return undefined;
  const read = readAccessLine(JSON.stringify({ ...line, [CLOUD_TRACE_FIELD]: trace }));
  return read && { ...read, status: number(line, "status"), milliseconds: number(line, "milliseconds") };
}

/** The id that a service or Envoy logged. */
export function requestIdIn({ jsonPayload }: LogEntry): string | undefined {
  return text(jsonPayload, LOG_IDS.request);
}

/** The text of a service's line: `message`, `msg`, or the whole line. */
export function printedText({ jsonPayload, textPayload }: LogEntry): string {
  const said = text(jsonPayload, "message") ?? text(jsonPayload, "msg") ?? textPayload;
  return said ?? JSON.stringify(jsonPayload ?? {});
}

/** Milliseconds in `0.0123s`. */
export function latencyOf({ httpRequest }: LogEntry): number | undefined {
  const [, seconds] = /^([\d.]+)s$/.exec(String(httpRequest?.latency)) ?? [];
  return seconds === undefined ? undefined : Number(seconds) * 1000;
}

function fieldsOf(message: string): Fields | undefined {
  const value: unknown = jsonIn(message);
  return typeof value === "object" && value !== null ? { ...value } : undefined;
}

function text(line: Fields | undefined, name: string): string | undefined {
  const value = line?.[name];
  return typeof value === "string" && value !== "" && value !== "-" ? value : undefined;
}

function number(line: Fields | undefined, name: string): number | undefined {
  const value = line?.[name];
  const found = typeof value === "string" && /^\d+(\.\d+)?$/.test(value) ? Number(value) : value;
  return typeof found === "number" ? found : undefined;
}
