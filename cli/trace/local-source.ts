import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { LOG_FILES } from "../../packages/local-front-door/logs/local-logs";
import { jsonIn } from "../process/json";
import { logIdOf } from "./lines";
import {
  type CloudWatchQuery,
  type Condition,
  fieldOf,
  type InsightsRow,
  type LogEntry,
  type LoggingQuery,
  type LogSource,
  timeOf,
} from "./log-source";

/** Answers queries from lines that are already on this machine. */
export class LineSource implements LogSource {
  readonly notes: readonly string[] = [];

  constructor(
    private readonly rows: () => readonly InsightsRow[],
    private readonly entries: () => readonly LogEntry[],
  ) {}

  async cloudWatch({ groups, where, from, to, limit }: CloudWatchQuery): Promise<readonly InsightsRow[]> {
    const rows = this.rows().filter((row) => {
      const at = timeOf(row);
      const isOfGroup = groups.includes(fieldOf(row, "@log").replace(/^\d+:/, ""));
      return isOfGroup && at >= from && at <= to && fits(jsonIn(fieldOf(row, "@message")), where);
    });
    return newest(rows, timeOf, limit);
  }

  async cloudLogging({ logs, where, from, to, limit }: LoggingQuery): Promise<readonly LogEntry[]> {
    const entries = this.entries().filter((entry) => {
      const at = Date.parse(entry.timestamp);
      return (logs === undefined || logs.includes(logIdOf(entry))) && at >= from && at <= to && fits(entry, where);
    });
    return newest(entries, ({ timestamp }) => Date.parse(timestamp), limit);
  }
}

/** Reads a local front door's folder at every query. It has both clouds' lines in the format of their tools. */
export function folderSource(folder: string): LogSource {
  const { cloudWatch, cloudLogging } = LOG_FILES;
  return new LineSource(
    () => read<InsightsRow>(folder, cloudWatch),
    () => read<LogEntry>(folder, cloudLogging),
  );
}

function newest<T>(lines: readonly T[], at: (line: T) => number, limit: number): readonly T[] {
  return [...lines].sort((one, other) => at(other) - at(one)).slice(0, limit);
}

function fits(line: unknown, where: readonly Condition[]): boolean {
  return where.every(({ field, how = "equals", values }) => {
    const value = member(line, field.split("."));
    if (typeof value !== "string" && typeof value !== "number") return false;
    const text = String(value);
    return values.some((each) =>
      how === "equals" ? text === each : how === "startsWith" ? text.startsWith(each) : text.includes(each),
    );
  });
}

function member(value: unknown, [name, ...rest]: readonly string[]): unknown {
  if (name === undefined) return value;
  return typeof value === "object" && value !== null
    ? member((value as Record<string, unknown>)[name], rest)
    : undefined;
}

/** The older file first. A last line that is not yet complete is left out. */
function read<T>(folder: string, name: string): readonly T[] {
  return [`${name}.1`, name]
    .map((each) => join(folder, each))
    .filter((path) => existsSync(path))
    .flatMap((path) => readFileSync(path, "utf8").split("\n"))
    .map((line): T | undefined => jsonIn(line))
    .filter((line) => line !== undefined);
}
