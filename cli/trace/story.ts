import { LOG_IDS } from "../../contract/trace-context";
import { decisionEvent, gatewayEvent, googleEvent } from "./events";
import { AROUND, CLOCKS_MILLISECONDS, FILLED, type Filling, fillingLine, runLineOf } from "./joins";
import {
  type AccessLine,
  accessLine,
  type DecisionLine,
  decisionLine,
  envoyLine,
  logIdOf,
  requestIdIn,
  traceIn,
} from "./lines";
import { type InsightsRow, type LogEntry, type LogSource, Unreadable } from "./log-source";
import type { Joined, Story, Unread } from "./model";
import type { TracePlaces } from "./places";
import {
  auditLines,
  decisionsBefore,
  gatewayLines,
  type Period,
  printedLines,
  REQUEST_LOG,
  runLinesAround,
  tracedLines,
} from "./queries";
import type { RequestRef } from "./request-ref";
import { whoOf, whyOf } from "./words";

const BY_REQUEST: Joined = { exact: true, by: "request id" };
const BY_TRACE: Joined = { exact: true, by: "trace id" };
const BY_TRACE_AND_TIME: Joined = {
  exact: false,
  by: "trace id and time: the caller used one trace for several requests",
};
const BY_SESSION: Joined = { exact: false, by: "the function's session: the newest entry before this request" };
const IN_DECISION: Joined = { exact: false, by: "the function's session, during this decision" };

/** Collects one request's lines from both clouds, and the reason for each that is missing. */
export class StoryBuilder {
  private readonly unread: Unread[] = [];
  private readonly notes: string[] = [];

  constructor(
    private readonly places: TracePlaces,
    private readonly source: LogSource,
    private readonly period: Period,
  ) {}

  /** Undefined if no log that could be read has a line of the request. */
  async of(ref: RequestRef): Promise<Story | undefined> {
    const requestId = ref.kind === "request" ? ref.id : await this.requestIdOf(ref);
    const [rows, printed] =
      requestId === undefined
        ? [[], []]
        : await Promise.all([
            this.gatewayRows(LOG_IDS.request, requestId),
            this.google(printedLines(requestId, this.period)),
          ]);
    const access = rows.flatMap((row) => accessLine(row) ?? [])[0];
    const decision = this.decisions(rows)[0];
    const traceId =
      ref.kind === "trace" ? ref.id : (decision?.traceId ?? printed.flatMap((each) => traceIn(each) ?? [])[0]);
    const traced = traceId === undefined ? [] : await this.google(tracedLines(this.places, traceId, this.period));
    const own = traced.filter((entry) => [undefined, requestId].includes(requestIdIn(entry)) && !isAudit(entry));
    const found = new Map<LogEntry, Joined>();
    for (const entry of printed) found.set(entry, BY_REQUEST);
    const known = new Set(printed.map(({ insertId }) => insertId));
    for (const entry of this.ofThisRequest(access, own)) {
      if (!known.has(entry.insertId)) found.set(entry, isShared(own) ? BY_TRACE_AND_TIME : BY_TRACE);
    }
    await this.addRunLine(access, found);
    const filling = await this.filling(access, decision);
    if (access === undefined && decision === undefined && found.size === 0) return this.nothing();
    const deciding = decision ?? filling.line;
    const audits = deciding === undefined ? [] : await this.audits(deciding);
    return this.assembled({ requestId, traceId, access, decision, filling, found, audits });
  }

  /** Only if a half could not be read: then nothing says that there is no such request. */
  private nothing(): Story | undefined {
    const { environment } = this.places;
    if (this.unread.length === 0) return undefined;
    return { environment, why: "no line was found in the logs that could be read", ...this.rest([]) };
  }

  private assembled(of: {
    readonly requestId: string | undefined;
    readonly traceId: string | undefined;
    readonly access: AccessLine | undefined;
    readonly decision: DecisionLine | undefined;
    readonly filling: Filling;
    readonly found: ReadonlyMap<LogEntry, Joined>;
    readonly audits: readonly LogEntry[];
  }): Story {
    const { requestId, traceId, access, decision, filling, found, audits } = of;
    const entries = [...found.keys()];
    const route = access?.route ?? decision?.route;
    const explained = route === undefined ? undefined : this.places.routes[route];
    const lines = {
      access,
      decision: decision ?? filling.line,
      envoy: entries.find(envoyLine),
      run: entries.find(isRunLine),
      route: explained,
      replayed: filling.reasons ?? [],
      hasFirewall: this.places.hasFirewall,
      byFunctions: this.byFunctions,
    };
    this.explainMissing(lines);
    const events = [
      ...(access ? [gatewayEvent(access, BY_REQUEST)] : []),
      ...(decision ? [decisionEvent(decision, BY_REQUEST, explained?.needs)] : []),
      ...(filling.line ? [decisionEvent(filling.line, FILLED, explained?.needs, true)] : []),
      ...audits.map((entry) => googleEvent(entry, isDuring(entry, decision) ? IN_DECISION : BY_SESSION)),
      ...[...found].map(([entry, joined]) => googleEvent(entry, joined)),
    ];
    const { xrayTraceId, status, startedAt, milliseconds } = access ?? {};
    return {
      environment: this.places.environment,
      ...defined({ requestId, traceId, xrayTraceId, route, status, startedAt, milliseconds }),
      ...defined({ who: whoOf(lines), place: explained?.place }),
      why: whyOf(lines),
      ...this.rest(events),
    };
  }

  private rest(events: Story["events"]): Pick<Story, "events" | "notes" | "unread"> {
    const ordered = [...events].sort((one, other) => one.startedAt - other.startedAt);
    return { events: ordered, notes: [...this.notes, ...this.source.notes], unread: this.unread };
  }

  private get byFunctions(): boolean {
    return Object.keys(this.places.decisionGroups).length > 0;
  }

  private explainMissing({ access, run, envoy }: Parameters<typeof whyOf>[0]): void {
    const { notes } = this;
    if (!this.byFunctions) {
      notes.push("the gateway's JWT authorizer decides here: there are no authorizer and audit logs (shared-issuer)");
    } else if (!this.places.isAudited) {
      notes.push("Google's audit logs are not declared: another owner decides about the project's logs");
    }
    if (access === undefined && !this.isUnread("CloudWatch")) {
      notes.push("the gateway's line was not found: no line that could be read has both this trace and a request id");
    } else if (access !== undefined && !wasForwarded(access)) {
      notes.push("the gateway answered by itself: the request did not reach Cloud Run");
    } else if (run === undefined && !this.isUnread("Cloud Logging")) {
      notes.push("Cloud Run's line was not found: it joins by the trace, which Envoy or the service must log");
    }
    const reached = access?.integrationStatus !== undefined;
    if (this.places.hasEnvoy && envoy === undefined && reached && !this.isUnread("Cloud Logging")) {
      notes.push("no line of Envoy has the request id: its service has no Envoy, or the line has not arrived");
    }
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

  private gatewayRows(field: string, id: string): Promise<readonly InsightsRow[]> {
    return this.read("CloudWatch", () => this.source.cloudWatch(gatewayLines(this.places, field, id, this.period)));
  }

  private google(query: Parameters<LogSource["cloudLogging"]>[0] | undefined): Promise<readonly LogEntry[]> {
    return query === undefined
      ? Promise.resolve([])
      : this.read("Cloud Logging", () => this.source.cloudLogging(query));
  }

  /** A half that failed once is not asked again. */
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

  private isUnread(half: Unread["half"]): boolean {
    return this.unread.some((each) => each.half === half);
  }

  private decisions(rows: readonly InsightsRow[]): readonly DecisionLine[] {
    const kinds = Object.entries(this.places.decisionGroups);
    const kindOf = (group: string) => kinds.find(([, name]) => name === group)?.[0] ?? "";
    return rows.flatMap((row) => decisionLine(row, kindOf) ?? []).filter(({ kind }) => kind !== "");
  }

  /** A request without a line of its own in the authorizer's log was answered from the gateway's cache. */
  private async filling(access: AccessLine | undefined, decision: DecisionLine | undefined): Promise<Filling> {
    const isDecided = access?.route !== undefined && ![401, 404, 429].includes(ownStatus(access));
    if (decision !== undefined || access === undefined || !isDecided || !this.byFunctions) return { candidates: 0 };
    if (this.places.cacheSeconds === 0) return { candidates: 0 };
    const query = decisionsBefore(this.places, access);
    const rows = await this.read("CloudWatch", () => this.source.cloudWatch(query));
    const filling = fillingLine(access, this.decisions(rows));
    if (filling.line === undefined) {
      this.notes.push(
        filling.candidates === 0
          ? "the authorizer has no line of this request, and none from which the gateway's cache could have answered"
          : `the gateway answered from its cache; ${filling.candidates} decisions fit, and they differ`,
      );
    }
    return filling;
  }

  /** A caller may use one trace for many requests. Then only the line of Cloud Run that fits, and lines with the id. */
  private ofThisRequest(access: AccessLine | undefined, entries: readonly LogEntry[]): readonly LogEntry[] {
    if (!isShared(entries)) return entries;
    const { entry } = access === undefined ? {} : runLineOf(access, entries.filter(isRunLine));
    return entries.filter((each) => each === entry || requestIdIn(each) !== undefined);
  }

  private async addRunLine(access: AccessLine | undefined, found: Map<LogEntry, Joined>): Promise<void> {
    if (access === undefined || !wasForwarded(access)) return;
    if ([...found.keys()].some(isRunLine)) return;
    const entries = await this.google(runLinesAround(this.places, access));
    const { entry, candidates } = runLineOf(access, entries);
    if (entry !== undefined) found.set(entry, AROUND);
    else if (candidates > 1)
      this.notes.push(`${candidates} lines of Cloud Run fit this request by time, status and path`);
  }

  /** The newest exchange and the newest token of the session. */
  private async audits(decision: DecisionLine): Promise<readonly LogEntry[]> {
    if (decision.googleTokenWasKept === undefined && decision.decision !== "unavailable") return [];
    const entries = await this.google(auditLines(this.places, decision));
    const newest = (service: string) => entries.find(({ protoPayload }) => protoPayload?.serviceName === service);
    return [newest("sts.googleapis.com"), newest("iamcredentials.googleapis.com")].flatMap((each) => each ?? []);
  }
}

function isRunLine(entry: LogEntry): boolean {
  return logIdOf(entry) === REQUEST_LOG;
}

function isShared(entries: readonly LogEntry[]): boolean {
  return entries.filter(isRunLine).length > 1;
}

/** The exchange of a decision happens while it is made. */
function isDuring({ timestamp }: LogEntry, decision: DecisionLine | undefined): boolean {
  if (decision === undefined) return false;
  const [at, { endedAt, milliseconds }] = [Date.parse(timestamp), decision];
  return at >= endedAt - (milliseconds.total ?? 0) - CLOCKS_MILLISECONDS && at <= endedAt + CLOCKS_MILLISECONDS;
}

function isAudit({ protoPayload }: LogEntry): boolean {
  return protoPayload !== undefined;
}

/** Whether the gateway called Cloud Run. */
function wasForwarded({ integrationStatus, integrationError }: AccessLine): boolean {
  return integrationStatus !== undefined || integrationError !== undefined;
}

/** The status, if the gateway answered by itself. */
function ownStatus({ status, integrationStatus }: AccessLine): number {
  return integrationStatus === undefined ? status : 0;
}

/** Without the fields that have no value. */
function defined<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never;
}
