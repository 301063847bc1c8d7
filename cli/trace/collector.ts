import { LOG_IDS } from "../../contract/trace-context";
import {
  accessLineOf,
  BY_TIME,
  type CacheFilling,
  CLOCKS_MILLISECONDS,
  cacheFillingOf,
  runLineOf,
  wasForwarded,
} from "./joins";
import { type AccessLine, accessLine, type DecisionLine, decisionLine, isRunLine, requestIdIn, traceIn } from "./lines";
import { type InsightsRow, type LogEntry, type LoggingQuery, type LogSource, Unreadable } from "./log-source";
import type { Joined, Unread } from "./model";
import type { TracePlaces } from "./places";
import {
  accessLinesAround,
  auditLines,
  decisionsBefore,
  gatewayLines,
  type Period,
  printedLines,
  runLinesAround,
  SLACK_MILLISECONDS,
  tracedLines,
} from "./queries";
import type { RequestRef } from "./request-ref";

const BY_REQUEST: Joined = { exact: true, by: "request id" };
const BY_ID_ALONE: Joined = {
  exact: false,
  by: "request id, at another time: the call may have bypassed the gateway, with an id that its caller chose",
};
const BY_TRACE: Joined = { exact: true, by: "trace id" };
const BY_TRACE_AND_TIME: Joined = {
  exact: false,
  by: "trace id and time: the caller used one trace for several requests",
};
const BY_RUNS_TRACE: Joined = { exact: false, by: "the trace of Cloud Run's line" };
const BY_SESSION: Joined = { exact: false, by: "the function's session: the newest entry before this request" };
const IN_DECISION: Joined = { exact: false, by: "the function's session, during this decision" };

/** The lines of one request that were found. */
export interface Collected {
  readonly requestId: string | undefined;
  readonly traceId: string | undefined;
  readonly access: AccessLine | undefined;
  /** What joins the line of the access log, and the authorizer's with the same request id. */
  readonly joined: Joined;
  readonly decision: DecisionLine | undefined;
  readonly filling: CacheFilling;
  /** Entries of Cloud Logging, with what joins each. */
  readonly entries: ReadonlyMap<LogEntry, Joined>;
}

/** Collects one request's lines from both clouds, id by id. */
export class Collector {
  readonly unread: Unread[] = [];
  /** Notes for the reader on lines that were found but not used. */
  readonly notes: string[] = [];

  constructor(
    private readonly places: TracePlaces,
    private readonly source: LogSource,
    private readonly period: Period,
  ) {}

  isUnread(half: Unread["half"]): boolean {
    return this.unread.some((each) => each.half === half);
  }

  async collect(ref: RequestRef): Promise<Collected> {
    const given = ref.kind === "request" ? ref.id : await this.requestIdOf(ref);
    const requestId = given ?? (await this.requestIdAround(ref));
    const joined = given === undefined ? BY_TIME : BY_REQUEST;
    const [rows, printed] =
      requestId === undefined
        ? [[], []]
        : await Promise.all([
            this.gatewayRows(LOG_IDS.request, requestId),
            this.google(printedLines(requestId, this.period)),
          ]);
    const access = rows.flatMap((row) => accessLine(row) ?? [])[0];
    const decision = this.decisions(rows)[0];
    const entries = new Map<LogEntry, Joined>();
    for (const entry of printed) entries.set(entry, isAtTimeOf(access, entry) ? BY_REQUEST : BY_ID_ALONE);
    const sure = printed.filter((entry) => entries.get(entry)?.exact);
    const traceId =
      ref.kind === "trace" ? ref.id : (decision?.traceId ?? sure.flatMap((each) => traceIn(each) ?? [])[0]);
    await this.addTraced({ requestId, traceId, access }, entries, BY_TRACE);
    const run = await this.addRunLine(access, entries);
    const traceOfRun = run && traceIn(run);
    if (traceOfRun !== traceId)
      await this.addTraced({ requestId, traceId: traceOfRun, access }, entries, BY_RUNS_TRACE);
    const filling = await this.filling(access, decision);
    await this.addAudits(decision, filling.line, entries);
    return { requestId, traceId, access, joined, decision, filling, entries };
  }

  /** The request of a trace: a caller may use one trace for many requests. */
  private async requestIdOf({ kind, id }: RequestRef): Promise<string | undefined> {
    const [rows, entries] = await Promise.all([
      this.gatewayRows(kind === "xray" ? LOG_IDS.xray : LOG_IDS.trace, id),
      kind === "xray" ? [] : this.google(tracedLines(this.places, id, this.period)),
    ]);
    const ids = [
      ...rows.flatMap((row) => accessLine(row)?.requestId ?? this.decisions([row])[0]?.requestId ?? []),
      ...entries.flatMap((entry) => requestIdIn(entry) ?? []),
    ];
    const [first, ...others] = [...new Set(ids)];
    if (others.length > 0) this.notes.push(`the trace has ${others.length} more requests: ${others.join(" ")}`);
    return first;
  }

  /** The only line of the gateway that fits Cloud Run's, if no line has both the trace and a request id. */
  private async requestIdAround({ kind, id }: RequestRef): Promise<string | undefined> {
    if (kind !== "trace") return undefined;
    const traced = (await this.google(tracedLines(this.places, id, this.period))).filter(isRunLine);
    const [run] = traced;
    if (run === undefined || traced.length > 1) return undefined;
    const query = accessLinesAround(this.places, run);
    const rows = await this.read("CloudWatch", () => this.source.cloudWatch(query));
    return accessLineOf(
      run,
      rows.flatMap((row) => accessLine(row) ?? []),
    )?.requestId;
  }

  private async addTraced(
    { requestId, traceId, access }: Pick<Collected, "access" | "requestId" | "traceId">,
    entries: Map<LogEntry, Joined>,
    joined: Joined,
  ): Promise<void> {
    if (traceId === undefined) return;
    const traced = await this.google(tracedLines(this.places, traceId, this.period));
    const known = new Set([...entries.keys()].map(({ insertId }) => insertId));
    const own = traced.filter(
      (entry) => [undefined, requestId].includes(requestIdIn(entry)) && entry.protoPayload === undefined,
    );
    const isShared = own.filter(isRunLine).length > 1;
    // If several requests share the trace, only one line of Cloud Run fits by time; others need the request id.
    const run = isShared && access !== undefined ? runLineOf(access, own.filter(isRunLine)).entry : undefined;
    const taken = isShared ? own.filter((each) => each === run || requestIdIn(each) !== undefined) : own;
    for (const entry of taken) {
      if (!known.has(entry.insertId)) entries.set(entry, isShared ? BY_TRACE_AND_TIME : joined);
    }
  }

  /** Adds the line of Cloud Run that fits by time, unless there is one already. Returns what it added. */
  private async addRunLine(
    access: AccessLine | undefined,
    entries: Map<LogEntry, Joined>,
  ): Promise<LogEntry | undefined> {
    if (access === undefined || !wasForwarded(access)) return undefined;
    if ([...entries.keys()].some(isRunLine)) return undefined;
    const { entry, candidates } = runLineOf(access, await this.google(runLinesAround(this.places, access)));
    if (entry !== undefined) entries.set(entry, BY_TIME);
    else if (candidates > 1)
      this.notes.push(`${candidates} lines of Cloud Run fit this request by time, status and path`);
    return entry;
  }

  /** The gateway answered from its cache if the authorizer's log has no line of the request. */
  private async filling(access: AccessLine | undefined, decision: DecisionLine | undefined): Promise<CacheFilling> {
    const hasCache = Object.keys(this.places.decisionGroups).length > 0 && this.places.cacheSeconds > 0;
    if (decision !== undefined || access === undefined || !hasCache || !wasDecided(access)) return { candidates: 0 };
    const query = decisionsBefore(this.places, access);
    const rows = await this.read("CloudWatch", () => this.source.cloudWatch(query));
    const filling = cacheFillingOf(access, this.decisions(rows));
    if (filling.line === undefined) {
      this.notes.push(
        filling.candidates === 0
          ? "the authorizer has no line of this request, and none from which the gateway's cache could have answered"
          : `the gateway answered from its cache; ${filling.candidates} decisions fit, and they differ`,
      );
    }
    return filling;
  }

  /** The newest exchange and the newest token of the session that the decision used. */
  private async addAudits(
    own: DecisionLine | undefined,
    replayed: DecisionLine | undefined,
    entries: Map<LogEntry, Joined>,
  ): Promise<void> {
    const decision = own ?? replayed;
    if (decision === undefined) return;
    if (decision.googleTokenWasKept === undefined && decision.decision !== "unavailable") return;
    const audits = await this.google(auditLines(this.places, decision));
    for (const service of ["sts.googleapis.com", "iamcredentials.googleapis.com"]) {
      const newest = audits.find(({ protoPayload }) => protoPayload?.serviceName === service);
      if (newest !== undefined) entries.set(newest, own && isDuring(newest, own) ? IN_DECISION : BY_SESSION);
    }
  }

  private gatewayRows(field: string, id: string): Promise<readonly InsightsRow[]> {
    return this.read("CloudWatch", () => this.source.cloudWatch(gatewayLines(this.places, field, id, this.period)));
  }

  private async google(query: LoggingQuery | undefined): Promise<readonly LogEntry[]> {
    return query === undefined ? [] : this.read("Cloud Logging", () => this.source.cloudLogging(query));
  }

  /** Does not query a cloud again whose logs could not be read. */
  private async read<T>(half: Unread["half"], ask: () => Promise<readonly T[]>): Promise<readonly T[]> {
    if (this.isUnread(half)) return [];
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      if (!this.isUnread(half)) this.unread.push({ half, message: error.message, remedy: error.remedy });
      return [];
    }
  }

  private decisions(rows: readonly InsightsRow[]): readonly DecisionLine[] {
    const kinds = Object.entries(this.places.decisionGroups);
    const kindOf = (group: string) => kinds.find(([, name]) => name === group)?.[0] ?? "";
    return rows.flatMap((row) => decisionLine(row, kindOf) ?? []).filter(({ kind }) => kind !== "");
  }
}

/** Whether the authorizer, or the gateway's cache in its place, decided about a request. */
function wasDecided(access: AccessLine): boolean {
  if (wasForwarded(access)) return true;
  return access.route !== undefined && ![401, 404, 429].includes(access.status);
}

function isAtTimeOf(access: AccessLine | undefined, { timestamp }: LogEntry): boolean {
  if (access === undefined) return true;
  const [at, { startedAt, milliseconds = 0 }] = [Date.parse(timestamp), access];
  return at >= startedAt - SLACK_MILLISECONDS && at <= startedAt + milliseconds + SLACK_MILLISECONDS;
}

/** The token exchange for a decision happens during the decision. */
function isDuring({ timestamp }: LogEntry, { endedAt, milliseconds }: DecisionLine): boolean {
  const at = Date.parse(timestamp);
  return at >= endedAt - (milliseconds.total ?? 0) - CLOCKS_MILLISECONDS && at <= endedAt + CLOCKS_MILLISECONDS;
}
