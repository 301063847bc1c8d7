import { becauseOf, HOP_TITLES, type RouteInWords } from "../../packages/local-front-door/page/headline";
import { callerText } from "../../packages/local-front-door/page/presented-caller";
import { type Collected, Collector } from "./collector";
import { BY_ROUTE_AND_CALLER, wasForwarded } from "./joins";
import {
  type AccessLine,
  type DecisionLine,
  envoyLine,
  isRunLine,
  latencyOf,
  logIdOf,
  printedText,
  REQUEST_LOG,
} from "./lines";
import type { LogEntry, LogSource } from "./log-source";
import type { Joined, Story, StoryEvent } from "./model";
import type { TracePlaces } from "./places";
import { AUDIT_LOG, type Period } from "./queries";
import type { RequestRef } from "./request-ref";

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
      ...defined({ who: callerInLogs(deciding), actor: actorInLogs(deciding), place: explained?.place }),
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

/** The lines that show who called, and why the request got its answer. */
interface Deciding {
  readonly access: AccessLine | undefined;
  /** The authorizer's line of this request, or the one that filled the cache. */
  readonly decision: DecisionLine | undefined;
  readonly envoy: LogEntry | undefined;
  /** Cloud Run's line. */
  readonly run: LogEntry | undefined;
  readonly route: RouteInWords | undefined;
  /** Reasons of the decisions that the gateway may have replayed. */
  readonly replayed?: readonly string[];
  /** Whether a web ACL decides before the authorizer. */
  readonly hasFirewall?: boolean;
  /** Whether functions decide. Otherwise the gateway's JWT authorizer does. */
  readonly byFunctions: boolean;
}

/** The caller as a log names it. Undefined if no log names a verified caller. */
function callerInLogs({ access, decision, envoy, route, byFunctions }: Deciding): string | undefined {
  const named = (envoy && envoyLine(envoy)?.client) ?? decision?.client ?? access?.client;
  if (named !== undefined) return named;
  // Only a public route allows a call without a caller.
  if ([decision?.decision, access?.decision].includes("allowed")) return "anyone";
  if (route?.isPublic && access?.integrationStatus !== undefined) return "anyone";
  return byFunctions && access?.status === 401 && decision === undefined ? "no token" : undefined;
}

function actorInLogs({ access, decision, envoy }: Deciding): string | undefined {
  return (envoy && envoyLine(envoy)?.actor) ?? decision?.actor ?? access?.actor;
}

/** In the words of the local front door's page. */
function reasonInWords(deciding: Deciding): string {
  const { access, decision, envoy, run, route } = deciding;
  const needs = route?.needs;
  if (access === undefined) return withoutGateway(deciding);
  const { status, integrationStatus } = access;
  if (decision?.reason !== undefined) return becauseOf(decision.reason, needs) ?? decision.reason;
  if (status < 400) return route?.isPublic ? "allowed; the route is public" : "allowed";
  if (integrationStatus === undefined) return ownReason(deciding);
  const atEnvoy = envoy && envoyLine(envoy);
  if (atEnvoy?.allowed === false) return `${HOP_TITLES.envoy.title}: ${atEnvoy.reason}`;
  if (run?.textPayload !== undefined) return `${HOP_TITLES["cloud-run"].title}: ${printedText(run)}`;
  return "the service's own answer";
}

/** The reason for an answer that the gateway gave itself. */
function ownReason({ access, route, byFunctions, decision, replayed = [], hasFirewall }: Deciding): string {
  const { status = 0, authorizerError, integrationError } = access ?? {};
  const title = HOP_TITLES.gateway.title;
  if (integrationError !== undefined) return `${title}: ${integrationError}`;
  // A REST API answers 403 to a call that has no route, and so does a firewall.
  if (access?.route === undefined && (status === 404 || status === 403)) {
    return `${becauseOf("no-route", undefined)}${hasFirewall ? ", or the firewall blocked the call" : ""}`;
  }
  if (status === 413) return becauseOf("body-size", undefined) ?? "";
  if (status === 431) return becauseOf("head-size", undefined) ?? "";
  if (status === 429) return becauseOf("throttle", undefined) ?? "";
  if (!byFunctions) {
    if (status === 403) return becauseOf("scope", route?.needs) ?? "";
    return `${HOP_TITLES["jwt-authorizer"].title}: ${authorizerError ?? "the token is missing or not valid"}`;
  }
  if (decision === undefined && status === 401) return becauseOf("identity-source", route?.needs) ?? "";
  if (replayed.length > 0) return `${title}: refused from its cache, for one of: ${replayed.join(", ")}`;
  if (authorizerError !== undefined) return `${title}: ${authorizerError}`;
  return `${title}: refused; no line of the authorizer gives the reason`;
}

/** The reason for an answer of a request without a line in the access log. */
function withoutGateway({ envoy, decision, route }: Deciding): string {
  if (decision !== undefined) {
    return decision.reason === undefined ? decision.decision : (becauseOf(decision.reason, route?.needs) ?? "");
  }
  const line = envoy && envoyLine(envoy);
  return line === undefined ? "unknown: the gateway's line was not found" : `${HOP_TITLES.envoy.title}: ${line.reason}`;
}

/** The gateway's line, in words. */
function gatewayEvent(line: AccessLine, joined: Joined): StoryEvent {
  const { route = "no route", status, integrationStatus, integrationMilliseconds, integrationError } = line;
  const waited = integrationMilliseconds === undefined ? "" : ` after ${integrationMilliseconds} ms`;
  const behind =
    integrationStatus === undefined
      ? integrationError === undefined
        ? "answered by the gateway itself"
        : `the gateway gave up on Cloud Run${waited}`
      : `Cloud Run answered ${integrationStatus}${waited}`;
  const error = integrationError === undefined ? "" : `: ${integrationError}`;
  const text = `${route}: ${status}, ${behind}${error}`;
  const { startedAt, milliseconds, log } = line;
  return { at: "gateway", startedAt, ...(milliseconds !== undefined && { milliseconds }), text, joined, log };
}

/** The authorizer's line, in words. */
function decisionEvent(
  line: DecisionLine,
  joined: Joined,
  needs: string | undefined,
  fillsTheCache = false,
): StoryEvent {
  const { decision, reason, client, actor, upstreamStatus, milliseconds, endedAt, googleTokenWasKept, log } = line;
  const why = reason === undefined ? "" : ` (${reason}): ${becauseOf(reason, needs) ?? reason}`;
  const who = client === undefined ? "" : `, caller ${callerText(client, actor)}`;
  const upstream = upstreamStatus === undefined ? "" : `, HTTP ${upstreamStatus} from there`;
  const kept = googleTokenWasKept === true ? "; Google token from memory" : "";
  const parts = ["keys", "verify", "mint"].flatMap((step) =>
    milliseconds[step] === undefined ? [] : [`${step} ${milliseconds[step]} ms`],
  );
  const spent = parts.length === 0 ? "" : ` [${parts.join(", ")}]`;
  const text = `${fillsTheCache ? "filled the cache: " : ""}${decision}${why}${upstream}${who}${kept}${spent}`;
  const total = milliseconds.total ?? 0;
  return {
    at: "authorizer",
    startedAt: endedAt - total,
    milliseconds: total,
    text,
    joined,
    ...(fillsTheCache && { filledTheCache: true as const }),
    log,
  };
}

/** A line of Cloud Logging, in words. */
function googleEvent(entry: LogEntry, joined: Joined): StoryEvent {
  const log = logIdOf(entry);
  const at = Date.parse(entry.timestamp);
  if (log === AUDIT_LOG) return auditEvent(entry, joined, at);
  if (log === REQUEST_LOG) {
    const { requestMethod, requestUrl, status } = entry.httpRequest ?? {};
    const said = entry.textPayload === undefined ? "" : `; ${entry.textPayload}`;
    const [milliseconds, text] = [latencyOf(entry), `${requestMethod} ${requestUrl}: ${status}${said}`];
    return { at: "cloud-run", startedAt: at, ...(milliseconds !== undefined && { milliseconds }), text, joined, log };
  }
  const envoy = envoyLine(entry);
  if (envoy === undefined) {
    const severity = entry.severity === "DEFAULT" || entry.severity === undefined ? "" : `${entry.severity} `;
    return { at: "service", startedAt: at, text: `${severity}${printedText(entry)}`, joined, log };
  }
  const { milliseconds = 0, reason, client, actor } = envoy;
  const text = `${reason}${client === undefined ? "" : `, caller ${callerText(client, actor)}`}`;
  return { at: "envoy", startedAt: at - milliseconds, milliseconds, text, joined, log };
}

function auditEvent({ protoPayload = {}, resource }: LogEntry, joined: Joined, startedAt: number): StoryEvent {
  const { serviceName, authenticationInfo, status } = protoPayload as {
    readonly serviceName?: string;
    readonly authenticationInfo?: { readonly principalSubject?: string };
    readonly status?: { readonly message?: string };
  };
  const [, session = ""] = /assumed-role\/(.+)$/.exec(authenticationInfo?.principalSubject ?? "") ?? [];
  const refused = status?.message === undefined ? "" : `refused: ${status.message}; `;
  const isExchange = serviceName === "sts.googleapis.com";
  const done = isExchange ? "exchanged for a Google token" : `ID token of ${resource.labels.email_id}`;
  const text = `${refused}${done}, session ${session}`;
  return { at: isExchange ? "exchange" : "token", startedAt, text, joined, log: AUDIT_LOG };
}
