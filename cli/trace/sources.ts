import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { LOG_FILES } from "../../packages/local-front-door/logs/local-logs";
import { jsonIn } from "../process/json";
import { askingShell, type MaybeAsyncShell } from "../process/shell";
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
  Unreadable,
} from "./log-source";
import type { TracePlaces } from "./places";
import { insightsText, loggingFilter } from "./queries";

export interface CloudSourceProps {
  readonly places: Pick<TracePlaces, "auditorsView" | "project" | "region">;
  /** Seconds until both clouds must have answered. */
  readonly timeoutSeconds: number;
  readonly shell?: MaybeAsyncShell;
  readonly now?: () => number;
  readonly sleep?: (milliseconds: number) => Promise<unknown>;
}

/** Pause between two polls of a running query, in milliseconds. */
const LOOK_MILLISECONDS = 500;

/** AWS actions that `trace` calls. A test checks that auditors may call them. */
export const AWS_ACTIONS = ["logs:StartQuery", "logs:GetQueryResults"] as const;

/** Reads both clouds' logs through `aws` and `gcloud`, with the person's own credentials. Changes nothing. */
export class CloudSource implements LogSource {
  private readonly deadline: number;
  private readonly now: () => number;
  private readonly shell: MaybeAsyncShell;
  private readsView = false;

  constructor(private readonly props: CloudSourceProps) {
    this.now = props.now ?? Date.now;
    this.shell = props.shell ?? askingShell;
    this.deadline = this.now() + props.timeoutSeconds * 1000;
  }

  get notes(): readonly string[] {
    return this.readsView
      ? ["Google's logs were read through the auditors' view, which has no lines of containers"]
      : [];
  }

  async cloudWatch(query: CloudWatchQuery): Promise<readonly InsightsRow[]> {
    const seconds = (at: number) => String(Math.max(0, Math.floor(at / 1000)));
    const range = ["--start-time", seconds(query.from), "--end-time", seconds(query.to + 1000)];
    const groups = ["--log-group-names", ...query.groups];
    const { queryId } = await this.aws("start-query", ...groups, "--query-string", insightsText(query), ...range);
    for (;;) {
      const { status, results } = await this.aws("get-query-results", "--query-id", String(queryId));
      if (status === "Complete") return results as readonly InsightsRow[];
      if (!isRunning(status)) {
        throw new Unreadable("CloudWatch", `the query ended with ${status}`, "try again, or use a shorter --since");
      }
      await (this.props.sleep ?? pause)(LOOK_MILLISECONDS);
    }
  }

  async cloudLogging(query: LoggingQuery): Promise<readonly LogEntry[]> {
    const { project, auditorsView } = this.props.places;
    const args = ["logging", "read", loggingFilter(query), `--project=${project}`, `--limit=${query.limit}`];
    const view = auditorsView && [
      `--bucket=${auditorsView.bucket}`,
      `--location=${auditorsView.location}`,
      `--view=${auditorsView.view}`,
    ];
    const read = (more: readonly string[]) =>
      this.run("Cloud Logging", "gcloud", [...args, ...more, "--order=desc", "--format=json"]);
    if (view === undefined) return parsed(await read([]));
    if (this.readsView) return parsed(await read(view));
    try {
      return parsed(await read([]));
    } catch (error) {
      if (!(error instanceof Unreadable) || !isDenied(error.message)) throw error;
      // An auditor may read the view, and nothing else in the project.
      const text = await read(view);
      this.readsView = true;
      return parsed(text);
    }
  }

  private async aws(...args: readonly string[]): Promise<Readonly<Record<string, unknown>>> {
    const region = ["--region", this.props.places.region, "--output", "json"];
    return JSON.parse(await this.run("CloudWatch", "aws", ["logs", ...args, ...region]));
  }

  private async run(half: Unreadable["half"], program: "aws" | "gcloud", args: readonly string[]): Promise<string> {
    const left = (this.deadline - this.now()) / 1000;
    const { timeoutSeconds } = this.props;
    const late = () =>
      new Unreadable(half, `no answer within ${timeoutSeconds} s`, "use a shorter --since, or a longer --timeout");
    if (left <= 0) throw late();
    const { code, out, error } = await this.shell(program, args, left);
    if (code === 0) return out;
    if (this.now() >= this.deadline) throw late();
    throw new Unreadable(half, `${program}: ${error.trim().split("\n").at(-1)}`, remedyFor(program, error));
  }
}

function parsed(text: string): readonly LogEntry[] {
  return text.trim() === "" ? [] : JSON.parse(text);
}

function isDenied(message: string): boolean {
  return /permission|denied|not authorized|forbidden/i.test(message);
}

function remedyFor(program: "aws" | "gcloud", error: string): string {
  const isAws = program === "aws";
  if (/ENOENT/.test(error)) {
    return isAws ? "install the AWS CLI and sign in" : "install the Google Cloud CLI and sign in: gcloud auth login";
  }
  if (/ResourceNotFound/.test(error)) {
    return "deploy the environment first, or sign in to its account: aws sts get-caller-identity";
  }
  if (isDenied(error)) {
    return isAws
      ? "use an identity that may read these log groups, such as the auditors' role: AWS_PROFILE=<profile>"
      : "use an identity with roles/logging.viewer, or a member of the auditors' group";
  }
  return isAws ? "sign in again: aws sso login, or AWS_PROFILE=<profile>" : "sign in again: gcloud auth login";
}

/** States of a CloudWatch Logs Insights query that has not ended ("GetQueryResults"). */
const RUNNING: readonly unknown[] = ["Scheduled", "Running", "Unknown"];

function isRunning(status: unknown): boolean {
  return RUNNING.includes(status);
}

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
