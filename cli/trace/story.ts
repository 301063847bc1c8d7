import { type Collected, Collector } from "./collector";
import { decisionEvent, gatewayEvent, googleEvent } from "./events";
import { BY_ROUTE_AND_CALLER, wasForwarded } from "./joins";
import { envoyLine, isRunLine } from "./lines";
import type { LogSource } from "./log-source";
import type { Story, StoryEvent } from "./model";
import type { TracePlaces } from "./places";
import type { Period } from "./queries";
import type { RequestRef } from "./request-ref";
import { callerInLogs, type Deciding, reasonInWords } from "./words";

/** Order of lines that start within the same millisecond: as the request passes. */
const ORDER: readonly StoryEvent["at"][] = [
  ...(["gateway", "authorizer", "exchange", "token"] as const),
  ...(["cloud-run", "envoy", "service"] as const),
];

/** Makes one story of one request's lines, with the reason for each that is missing. */
export class StoryBuilder {
  private readonly collector: Collector;

  constructor(
    private readonly places: TracePlaces,
    private readonly source: LogSource,
    period: Period,
  ) {
    this.collector = new Collector(places, source, period);
  }

  /** Undefined if no log has a line of the request, and all of them could be read. */
  async of(ref: RequestRef): Promise<Story | undefined> {
    const collected = await this.collector.collect(ref);
    const { access, decision, entries } = collected;
    if (access !== undefined || decision !== undefined || entries.size > 0) return this.assembled(collected);
    if (this.collector.unread.length === 0) return undefined;
    const { environment } = this.places;
    return { environment, why: "no line was found in the logs that could be read", ...this.rest([], []) };
  }

  private assembled({ requestId, traceId, access, joined, decision, filling, entries }: Collected): Story {
    const route = access?.route ?? decision?.route;
    const explained = route === undefined ? undefined : this.places.routes[route];
    const deciding: Deciding = {
      access,
      decision: decision ?? filling.line,
      envoy: [...entries.keys()].find(envoyLine),
      run: [...entries.keys()].find(isRunLine),
      route: explained,
      replayed: filling.reasons ?? [],
      hasFirewall: this.places.hasFirewall,
      byFunctions: this.byFunctions,
    };
    const events = [
      ...(access ? [gatewayEvent(access, joined)] : []),
      ...(decision ? [decisionEvent(decision, joined, explained?.needs)] : []),
      ...(filling.line ? [decisionEvent(filling.line, BY_ROUTE_AND_CALLER, explained?.needs, true)] : []),
      ...[...entries].map(([entry, by]) => googleEvent(entry, by)),
    ];
    const { xrayTraceId, status, startedAt, milliseconds } = access ?? {};
    return {
      environment: this.places.environment,
      ...defined({ requestId, traceId, xrayTraceId, route, status, startedAt, milliseconds }),
      ...defined({ who: callerInLogs(deciding), place: explained?.place }),
      why: reasonInWords(deciding),
      ...this.rest(events, this.missing(deciding)),
    };
  }

  private rest(events: Story["events"], missing: readonly string[]): Pick<Story, "events" | "notes" | "unread"> {
    const ordered = [...events].sort(
      (one, other) => one.startedAt - other.startedAt || ORDER.indexOf(one.at) - ORDER.indexOf(other.at),
    );
    const { notes, unread } = this.collector;
    return { events: ordered, notes: [...notes, ...missing, ...this.source.notes], unread };
  }

  private get byFunctions(): boolean {
    return Object.keys(this.places.decisionGroups).length > 0;
  }

  private missing({ access, run, envoy }: Deciding): readonly string[] {
    const { collector, places } = this;
    const notes: string[] = [];
    if (!this.byFunctions) {
      notes.push("the gateway's JWT authorizer decides here: there are no authorizer and audit logs (shared-issuer)");
    } else if (!places.isAudited) {
      notes.push("Google's audit logs are not declared: another owner decides about the project's logs");
    }
    if (access === undefined && !collector.isUnread("CloudWatch")) {
      notes.push("the gateway's line was not found: no line that could be read has both this trace and a request id");
    } else if (access !== undefined && !wasForwarded(access)) {
      notes.push("the gateway answered by itself: the request did not reach Cloud Run");
    } else if (run === undefined && !collector.isUnread("Cloud Logging")) {
      notes.push("Cloud Run's line was not found: it joins by the trace, which Envoy or the service must log");
    }
    const reached = access?.integrationStatus !== undefined && !collector.isUnread("Cloud Logging");
    if (places.hasEnvoy && envoy === undefined && reached) {
      notes.push("no line of Envoy has the request id: its service has no Envoy, or the line has not arrived");
    }
    return notes;
  }
}

/** Without the fields that have no value. */
function defined<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never;
}
