import { isRunning } from "../../process/insights-query";
import { type Shell, systemShell } from "../../process/shell";
import type { LogPlaces } from "../deployed/deployment";
import type { Clock } from "../deployed/outside";

/** Fields of the first line that a query found; undefined if it found none in time. */
export type LogLine = Readonly<Record<string, string>> | undefined;

/** Runs queries in both clouds with the person's own credentials. Rejects with `LogsUnreadable`. */
export interface LogReader {
  readonly accessLine: (queries: LogQueries) => Promise<LogLine>;
  readonly runLine: (queries: LogQueries) => Promise<LogLine>;
}

/** A cloud's command-line tool is missing, is not signed in, or has no permission to read. */
export class LogsUnreadable extends Error {
  override readonly name = "LogsUnreadable";
}

/** How long to wait for log lines, in seconds. They take seconds to arrive, seldom a minute. */
export const LOGS_WAIT_SECONDS = 120;
const PAUSE_SECONDS = 10;

/** Reads logs through `aws` and `gcloud`. */
export function cloudLogs(places: LogPlaces, clock: Clock, shell: Shell = systemShell): LogReader {
  const json = (program: string, args: readonly string[]) => {
    const { code, out, error } = shell(program, args);
    if (code !== 0) throw new LogsUnreadable(`${program} failed: ${error.trim().split("\n").at(-1)}`);
    return JSON.parse(out);
  };
  return {
    accessLine: (queries) => until(clock, () => insightsLine(json, clock, places.awsRegion, queries)),
    runLine: (queries) => until(clock, async () => runLine(json, queries)),
  };
}

type Json = (program: string, args: readonly string[]) => ReturnType<typeof JSON.parse>;

async function insightsLine(json: Json, clock: Clock, region: string, queries: LogQueries): Promise<LogLine> {
  const now = Math.round(clock.now() / 1000);
  const aws = (...args: string[]) => json("aws", ["logs", ...args, "--region", region, "--output", "json"]);
  const range = ["--start-time", String(now - 1800), "--end-time", String(now + 60)];
  const place = ["--log-group-name", queries.accessLogGroup, "--query-string", queries.insights];
  const { queryId } = aws("start-query", ...place, ...range);
  for (let attempt = 0; attempt < 20; attempt++) {
    const { status, results } = aws("get-query-results", "--query-id", queryId);
    if (!isRunning(status)) {
      const fields: readonly Record<"field" | "value", string>[] | undefined = results?.[0];
      return fields && Object.fromEntries(fields.map(({ field, value }) => [field, value]));
    }
    await clock.sleep(1000);
  }
  return undefined;
}

function runLine(json: Json, { filter, googleProject }: LogQueries): LogLine {
  const args = [
    "logging",
    "read",
    filter,
    `--project=${googleProject}`,
    "--freshness=1h",
    "--limit=20",
    "--format=json",
  ];
  const entries: readonly { readonly httpRequest?: { readonly status?: number } }[] = json("gcloud", args);
  const request = entries.find(({ httpRequest }) => httpRequest?.status !== undefined);
  if (request !== undefined) return { status: String(request.httpRequest?.status) };
  return entries.length > 0 ? {} : undefined;
}

async function until(clock: Clock, look: () => Promise<LogLine>): Promise<LogLine> {
  const end = clock.now() + LOGS_WAIT_SECONDS * 1000;
  for (;;) {
    const line = await look();
    if (line !== undefined || clock.now() >= end) return line;
    await clock.sleep(PAUSE_SECONDS * 1000);
  }
}

/** Queries that find one request in the gateway's access log and in Cloud Run's request log. */
export interface LogQueries {
  /** CloudWatch Logs Insights. */
  readonly insights: string;
  readonly accessLogGroup: string;
  /** Cloud Logging. */
  readonly filter: string;
  readonly googleProject: string;
}

/** The allowed form of a request id, because it becomes part of a query. */
export const REQUEST_ID = /^[\w=+/-]{1,64}$/;

export function logQueries(places: LogPlaces, requestId: string, traceId: string): LogQueries {
  return {
    insights: `fields requestId, route, status, integrationStatus, decision | filter requestId = "${requestId}" | limit 1`,
    accessLogGroup: places.accessLogGroup,
    // Cloud Run's own line has the trace. The service's line has the id, if the service logs it.
    filter: `resource.type="cloud_run_revision" AND (trace="projects/${places.googleProject}/traces/${traceId}" OR jsonPayload.requestId="${requestId}")`,
    googleProject: places.googleProject,
  };
}

/** Both queries, ready to paste into a shell or a console. */
export function describeQueries({ insights, accessLogGroup, filter, googleProject }: LogQueries): string {
  return [
    `CloudWatch Logs Insights, ${accessLogGroup}:`,
    `    ${insights}`,
    "Cloud Logging:",
    `    gcloud logging read --project=${googleProject} --freshness=1h '${filter}'`,
  ].join("\n");
}
