import { createHash } from "node:crypto";
import { matchesExactly, patternOf } from "../../contract/route-pattern";
import type { AccessLine, DecisionLine } from "./lines";
import type { LogEntry } from "./log-source";
import type { Joined } from "./model";

/** The earlier decision that the gateway replayed. */
export interface CacheFilling {
  /** Undefined if no decision fits, or if those that fit differ. */
  readonly line?: DecisionLine;
  /** How many fit. */
  readonly candidates: number;
  /** Their reasons for refusing. */
  readonly reasons?: readonly string[];
}

/** @param lines what `decisionsBefore` found: same route, and same client if the access log has one; the newest first */
export function cacheFillingOf(access: AccessLine, lines: readonly DecisionLine[]): CacheFilling {
  const fitting = lines.filter(
    (line) =>
      line.decision !== "unavailable" &&
      (line.decision === "allowed") === wasAllowed(access) &&
      (access.client === undefined || line.actor === access.actor) &&
      (access.subject === undefined || line.subject === undefined || line.subject === hashOf(access.subject)),
  );
  const [newest] = fitting;
  const isSure =
    new Set(fitting.map(({ reason, client, actor, subject }) => `${reason} ${client} ${actor} ${subject}`)).size === 1;
  const reasons = [...new Set(fitting.flatMap(({ reason }) => reason ?? []))].sort();
  return { candidates: fitting.length, reasons, ...(newest && isSure && { line: newest }) };
}

/** The gateway calls the service only if the authorizer allowed it. */
function wasAllowed(access: AccessLine): boolean {
  return access.decision === undefined ? wasForwarded(access) : access.decision === "allowed";
}

/** Whether the gateway called Cloud Run. */
export function wasForwarded({ integrationStatus, integrationError }: AccessLine): boolean {
  return integrationStatus !== undefined || integrationError !== undefined;
}

/** As the authorizer logs a subject. */
function hashOf(subject: string): string {
  return createHash("sha256").update(subject).digest("hex").slice(0, 16);
}

export const BY_ROUTE_AND_CALLER: Joined = {
  exact: false,
  by: "the same route and caller, within the cache's lifetime",
};

/** The largest usual difference between the clocks of both clouds, in milliseconds. */
export const CLOCKS_MILLISECONDS = 100;

/** The only line of Cloud Run that fits a request by the fields of both logs, or the only one within its time. */
export function runLineOf(access: AccessLine, entries: readonly LogEntry[]): MatchedRun {
  const fitting = entries.filter((entry) => isOfRoute(access.route ?? "", entry));
  const until = access.startedAt + (access.milliseconds ?? 0) + CLOCKS_MILLISECONDS;
  const within = fitting.filter(({ timestamp }) => {
    const at = Date.parse(timestamp);
    return at >= access.startedAt - CLOCKS_MILLISECONDS && at <= until;
  });
  const [only, second] = within.length > 0 ? within : fitting;
  return { candidates: fitting.length, ...(only && second === undefined && { entry: only }) };
}

function isOfRoute(route: string, { httpRequest }: LogEntry): boolean {
  const [method = "", template = ""] = route.split(" ");
  const url = String(httpRequest?.requestUrl);
  const path = URL.canParse(url) ? new URL(url).pathname : url;
  const pattern = patternOf(template);
  const isMethod = method === "ANY" || httpRequest?.requestMethod === method;
  return isMethod && [path, path.replace(/\/$/, "")].some((each) => matchesExactly(pattern, each));
}

/** The only line of the gateway that fits a line of Cloud Run by path and time. */
export function accessLineOf(run: LogEntry, lines: readonly AccessLine[]): AccessLine | undefined {
  const at = Date.parse(run.timestamp);
  const [only, second] = lines.filter(
    ({ route = "", startedAt, milliseconds = 0 }) =>
      isOfRoute(route, run) &&
      at >= startedAt - CLOCKS_MILLISECONDS &&
      at <= startedAt + milliseconds + CLOCKS_MILLISECONDS,
  );
  return second === undefined ? only : undefined;
}

/** The line of Cloud Run, if only one fits. */
export interface MatchedRun {
  readonly entry?: LogEntry;
  readonly candidates: number;
}

export const BY_TIME: Joined = { exact: false, by: "the only one of its service and path at that time" };
