import { appendFileSync, existsSync, mkdirSync, renameSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { LogSink } from "../trace/trace";
import { withheldJson } from "../trace/withheld";

/** Files of a folder of logs. The older half of a log is in a file with the suffix `.1`. */
export const LOG_FILES = { cloudWatch: "cloudwatch.jsonl", cloudLogging: "cloud-logging.jsonl" } as const;

/** The stack that wrote the lines, and what explains its routes. */
export const DOOR_FILES = { stack: "stack.json", routes: "routes.json" } as const;

/** A row as `aws logs get-query-results` returns it, for `fields @timestamp, @message, @log`. */
export type InsightsRow = readonly { readonly field: string; readonly value: string }[];

/**
 * A file of this size is moved aside, and its predecessor removed, so that a door that is open for days does not fill
 * the disk.
 */
const MOST_BYTES = 10_000_000;

/** Milliseconds for which lines are collected, because one write per line would slow a door under load. */
const WRITE_AFTER_MILLISECONDS = 50;

/**
 * Writes the lines of both clouds' logs to a folder, in the shapes in which their command-line tools return them. A
 * text that looks like a token is withheld.
 */
export class LocalLogs implements LogSink {
  private readonly waiting = new Map<string, string[]>();
  private timer: NodeJS.Timeout | undefined;
  /** Whether writing a line has failed. Then no further line is written, and the front door continues. */
  private hasFailed = false;

  /** @param folder created if it does not exist, for this user alone */
  constructor(
    readonly folder: string,
    private readonly mostBytes = MOST_BYTES,
  ) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  }

  /**
   * @param group `123456789012:/aws/lambda/x`, as Logs Insights names a log group
   * @param at milliseconds since 1970
   */
  cloudWatch(group: string, message: string, at: number): void {
    const row: InsightsRow = [
      { field: "@timestamp", value: new Date(at).toISOString().replace("T", " ").replace("Z", "") },
      { field: "@message", value: message },
      { field: "@log", value: group },
    ];
    this.add(LOG_FILES.cloudWatch, `[${row.map(withheldJson).join(",")}]`);
  }

  cloudLogging(entry: object): void {
    this.add(LOG_FILES.cloudLogging, withheldJson(entry));
  }

  /** Replaces the information that a reader needs in addition to the lines. */
  describe(file: keyof typeof DOOR_FILES, value: unknown): void {
    writeFileSync(join(this.folder, DOOR_FILES[file]), `${JSON.stringify(value)}\n`, { mode: 0o600 });
  }

  /** Writes the collected lines. */
  flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const waiting = [...this.waiting];
    this.waiting.clear();
    try {
      for (const [name, lines] of waiting) this.append(join(this.folder, name), lines.join(""));
    } catch (error) {
      this.hasFailed = true;
      console.error(`${this.folder}: no more log lines are written: ${(error as Error).message}`);
    }
  }

  private add(name: string, line: string): void {
    if (this.hasFailed) return;
    const lines = this.waiting.get(name) ?? [];
    this.waiting.set(name, lines);
    lines.push(line, "\n");
    this.timer ??= setTimeout(() => this.flush(), WRITE_AFTER_MILLISECONDS).unref();
  }

  /** A folder that was removed meanwhile gets no more lines. */
  private append(path: string, text: string): void {
    if (!existsSync(this.folder)) return;
    const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
    if (size > this.mostBytes) renameSync(path, `${path}.1`);
    appendFileSync(path, text, { mode: 0o600 });
  }
}
