import type { InsightsRow } from "../../packages/local-front-door/logs/local-logs";
import type { LogEntry } from "../../packages/local-front-door/logs/log-entries";

export type { InsightsRow, LogEntry };

/** A condition on one field. With several values, one of them is enough. */
export interface Condition {
  /** `requestId`, `protoPayload.serviceName` */
  readonly field: string;
  /** `startsWith` and `contains` compare texts. Default: `equals` */
  readonly how?: "equals" | "startsWith" | "contains";
  /** Each passes `requireQueryable`. */
  readonly values: readonly string[];
}

interface Query {
  /** All of them. */
  readonly where: readonly Condition[];
  /** Milliseconds since 1970. */
  readonly from: number;
  readonly to: number;
  /** Maximum number of lines. The newest come first. */
  readonly limit: number;
}

export interface CloudWatchQuery extends Query {
  /** Names of log groups, at least one. */
  readonly groups: readonly string[];
}

export interface LoggingQuery extends Query {
  /** Ids of logs, such as `run.googleapis.com/requests`. Default: every log of the project */
  readonly logs?: readonly string[];
}

/** Answers queries with raw lines. Rejects with `Unreadable`. */
export interface LogSource {
  readonly cloudWatch: (query: CloudWatchQuery) => Promise<readonly InsightsRow[]>;
  readonly cloudLogging: (query: LoggingQuery) => Promise<readonly LogEntry[]>;
  /** Why some lines cannot be there, for the reader. Complete after the queries. */
  readonly notes: readonly string[];
}

/** One cloud's logs cannot be read. */
export class Unreadable extends Error {
  constructor(
    readonly half: "CloudWatch" | "Cloud Logging",
    message: string,
    /** What a person can do. */
    readonly remedy: string,
  ) {
    super(message);
  }
}

/** Text without quotes, backslashes and control characters. In double quotes, both query languages read it as a text. */
const QUERYABLE = /^[^"\\\p{Cc}]{1,300}$/u;

/** @throws Error for a text that could change a query. Every value passes through here before it enters one */
export function requireQueryable(text: string): string {
  if (QUERYABLE.test(text)) return text;
  throw new Error(`${JSON.stringify(text.slice(0, 80))} cannot be part of a query`);
}

export function fieldOf(row: InsightsRow, name: string): string {
  return row.find(({ field }) => field === name)?.value ?? "";
}

/** Milliseconds since 1970 of a row's `@timestamp`, which is in UTC. */
export function timeOf(row: InsightsRow): number {
  return Date.parse(`${fieldOf(row, "@timestamp").replace(" ", "T")}Z`);
}
