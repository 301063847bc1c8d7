import { randomBytes } from "node:crypto";
import { SERVICE_TOKEN_HEADER } from "../../contract/caller-headers";
import { LOG_IDS } from "../../contract/trace-context";
import { METHODS } from "../../intent/model/methods";
import { NoAnswer } from "../process/https";
import { type AccessLine, accessLine } from "../trace/lines";
import { type LogSource, requireQueryable, Unreadable } from "../trace/log-source";
import type { TracePlaces } from "../trace/places";
import { type Period, printedLines, tracedLines } from "../trace/queries";
import type { Deployment, Place } from "./deployment";
import {
  type Answer,
  type Clock,
  described,
  describeRequest,
  isRefusal,
  type ProbeRequest,
  type Sender,
  servedBy,
} from "./requests";
import { type Callers, isPublic, mayCall, type ProbeRoute, pathOf, SAMPLE } from "./routes";

/** The result of a probe. */
export type Verdict =
  | { readonly kind: "confirmed"; readonly seen: string }
  | {
      readonly kind: "refuted";
      readonly seen: string;
      /** The consequence. */
      readonly means: string;
      /** The remedy. */
      readonly change: string;
    }
  | { readonly kind: "could not tell"; readonly why: string };

export function confirmed(seen: string): Verdict {
  return { kind: "confirmed", seen };
}

export function refuted(seen: string, means: string, change: string): Verdict {
  return { kind: "refuted", seen, means, change };
}

export function couldNotTell(why: string): Verdict {
  return { kind: "could not tell", why };
}

/** Maximum number of findings in a verdict. */
const MOST = 10;

/** Findings as lines, with the number of those left out. */
export function listed(findings: readonly string[]): string {
  const more = findings.length - MOST;
  return [...findings.slice(0, MOST), ...(more > 0 ? [`and ${more} more`] : [])].join("\n");
}

/** What is known of the front door before any request is sent. */
export interface FrontDoor {
  readonly deployment: Deployment;
  /** Best first. */
  readonly routes: readonly ProbeRoute[];
  readonly callers: Callers;
  /** Undefined without `--logs`. */
  readonly logs?: Logs | undefined;
  /** The default endpoint, if the stack closes it. Undefined without `--inventory`, which finds its address. */
  readonly closedEndpoint?: { readonly origin: string } | undefined;
  /** The other of two regions, or why its address is unknown. */
  readonly twin?: (Place & { readonly name: string }) | Verdict | undefined;
}

/** A question that only a deployed environment can answer. */
export interface Probe {
  readonly id: string;
  /** The question, in one sentence. */
  readonly question: string;
  /**
   * The requests to send and how to judge their answers, or why the probe cannot tell. Undefined: the question does not
   * arise.
   */
  plan(door: FrontDoor): Plan | Verdict | undefined;
}

/** The requests are data: they are counted and printed before the first is sent, and no others are sent. */
export interface Plan {
  readonly requests: readonly ProbeRequest[];
  readonly judge: (answers: readonly Answer[]) => Verdict | Promise<Verdict>;
}

/** What an answer must be, and the consequence if it is not. */
export interface Expected {
  /** Undefined: the answer shows neither. */
  readonly holds: (answer: Answer) => boolean | undefined;
  readonly means: string;
  readonly change: string;
}

export type Case = readonly [request: ProbeRequest, expected: Expected];

/** A plan in which every answer must be as expected. */
export function planOf(cases: readonly Case[], none: string): Plan | Verdict {
  if (cases.length === 0) return couldNotTell(none);
  const judge = (answers: readonly Answer[]) => {
    const seen = cases.map(([request, expected], index) => {
      const answer = answers[index] as Answer;
      return { expected, holds: expected.holds(answer), said: described(describeRequest(request), answer) };
    });
    const say = (some: typeof seen) => listed(some.map(({ said }) => said));
    const broken = seen.filter(({ holds }) => holds === false);
    if (broken[0] !== undefined) return refuted(say(broken), broken[0].expected.means, broken[0].expected.change);
    const unclear = seen.filter(({ holds }) => holds === undefined);
    return unclear.length > 0 ? couldNotTell(say(unclear)) : confirmed(say(seen));
  };
  return { requests: cases.map(([request]) => request), judge };
}

/** Sends a plan's requests in order. A throttled or unanswered request gives no verdict. */
export async function carryOut({ requests, judge }: Plan, sender: Sender): Promise<Verdict> {
  const answers: Answer[] = [];
  for (const request of requests) {
    try {
      const answer = await sender.send(request);
      if (answer.status === 429) return couldNotTell(`${describeRequest(request)}: throttled (429); try again later`);
      answers.push(answer);
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      return couldNotTell(`${describeRequest(request)}: ${error.message}`);
    }
  }
  return judge(answers);
}

/** A request for a route, with the caller's token if the route is not public. */
export function get(route: ProbeRoute, more: Partial<ProbeRequest> = {}): ProbeRequest {
  return { method: "GET", to: "gateway", path: route.path, ...(!isPublic(route) && { as: "CALLER_TOKEN" }), ...more };
}

/** The best route that this run may call: a public one, or one that CALLER_TOKEN opens. */
export function callableRoute(
  { routes, callers }: Pick<FrontDoor, "callers" | "routes">,
  fits: (route: ProbeRoute) => boolean = () => true,
): ProbeRoute | undefined {
  return routes.find((route) => isCallable(route, callers) && fits(route));
}

function isCallable(route: ProbeRoute, { CALLER_TOKEN: caller }: Callers): boolean {
  return isPublic(route) || mayCall(caller, route);
}

/** Why a probe that needs any such route cannot tell. */
export const NOTHING_TO_CALL = "set CALLER_TOKEN: this environment has no public GET route";

const SERVED: Expected = {
  holds: (answer) => (answer.by === "gateway" && isRefusal(answer) ? false : servedBy(answer) || undefined),
  means: "the gateway refuses callers whom the access ledger names",
  change: "find the reason in the authorizer's log (docs/how-to/incidents.md), and compare: npx front-door drift",
};

/** Where functions decide, a refusal of Cloud Run shows that the gateway let the request pass. */
const refused = (byEnvoy: boolean): Expected => ({
  holds: (answer) => (answer.by === "gateway" ? isRefusal(answer) || undefined : byEnvoy && isRefusal(answer)),
  means: "a request passed without authorization",
  change: "close the API at once (docs/how-to/emergency-brake.md), then look at the route's authorizer",
});

/** A public route once. Every other route without a token, as the callers whose tokens this run has, and with an invalid one. */
const routes: Probe = {
  id: "routes",
  question: "Does each GET route serve the callers that the access ledger names, and refuse all others?",
  plan({ routes, callers, deployment }) {
    const REFUSED = refused(deployment.byEnvoy);
    const cases = routes.flatMap((route): readonly Case[] => {
      if (isPublic(route)) return [[get(route), SERVED]];
      const known = Object.entries(callers).flatMap(([name, caller]): readonly Case[] => {
        const may = mayCall(caller, route);
        // A server of the Model Context Protocol requires more of a token than scopes.
        return may && route.mcp ? [] : [[get(route, { as: name }), may ? SERVED : REFUSED]];
      });
      return [[get(route, { as: undefined }), REFUSED], ...known, [get(route, { as: "junk" }), REFUSED]];
    });
    return planOf(cases, "no GET route in this environment");
  },
};

/** An origin that no config allows. */
const FOREIGN = "https://front-door-probe.invalid";

const allows = ({ status, headers }: Answer, origin: string) =>
  status >= 200 && status < 300 && [origin, "*"].includes(headers["access-control-allow-origin"] ?? "");

const preflight: Probe = {
  id: "preflight",
  question: "Are preflights answered without a token, for allowed origins only, and also on routes declared as ANY?",
  plan({ deployment: { corsOrigin, policy }, routes: all }) {
    if (corsOrigin === undefined) return couldNotTell("no page may call this environment: gateway.cors is not set");
    const scoped = all.find((route) => !isPublic(route))?.path;
    // A path with every method, which is what ANY becomes.
    const everyPath = Object.keys(policy.routes).map(pathOf);
    const any = everyPath.find((path) => everyPath.filter((each) => each === path).length === METHODS.length);
    const paths = [...new Set([scoped, any?.replace(/\{[^}]+\}/g, SAMPLE)].flatMap((path) => path ?? []))];
    const ask = (path: string, Origin: string): ProbeRequest => {
      const asked = { "Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "authorization" };
      return { method: "OPTIONS", to: "gateway", path, headers: { Origin, ...asked } };
    };
    const change = "compare the API's CORS settings and OPTIONS routes with gateway.cors: npx front-door drift";
    const own: Expected = { holds: (answer) => allows(answer, corsOrigin), means: "allowed pages cannot call", change };
    const other: Expected = {
      holds: (answer) => !allows(answer, FOREIGN),
      means: "any page with a token can call",
      change,
    };
    const cases = paths.flatMap((path): readonly Case[] => [
      [ask(path, corsOrigin), own],
      [ask(path, FOREIGN), other],
    ]);
    return planOf(cases, "no scoped route in this environment");
  },
};

const past = (holds: Expected["holds"]): Expected => ({
  holds,
  means: "it can be called past the gateway, or past its domain: what is declared there is not enforced",
  change:
    "look for allUsers, or for a grant inherited from project or folder: gcloud run services get-iam-policy, " +
    "gcloud projects get-iam-policy; with Envoy, for the container that has the ingress port; then npx front-door drift",
});

/** Google's own page: the service does not exist, or its ingress blocks all calls. */
export function isNotThere({ status, body }: Answer): boolean {
  return status === 404 && /the requested url was not found on this server/i.test(body);
}

/**
 * Each service is called at a path that exists, so that an open one cannot hide behind a 404. Where Envoy decides, anyone may
 * call the address, and a public route is open there as well: only scoped routes are called, and the caller's token must not
 * open one that it does not open at the gateway.
 */
const directCall: Probe = {
  id: "direct-call",
  question:
    "Is a call refused that bypasses the gateway, without a token, with an invalid one, or with a caller's own?",
  plan({ deployment, routes: all, callers: { CALLER_TOKEN: caller }, closedEndpoint }) {
    const { byEnvoy, kind, services } = deployment;
    const isUnclear = (answer: Answer) => isNotThere(answer) || (byEnvoy && answer.status >= 500);
    const REFUSED = past((answer) => isRefusal(answer) || (isUnclear(answer) ? undefined : false));
    const cases = Object.entries(services).flatMap(([name, origin]): readonly Case[] => {
      const own = all.filter((route) => route.service === name && !(byEnvoy && isPublic(route)));
      const closed = own.find((route) => !mayCall(caller, route));
      const call = (more: Partial<ProbeRequest> = {}): Case => {
        return [{ method: "GET", to: { name, origin }, path: own[0]?.path ?? "/", ...more }, REFUSED];
      };
      if (byEnvoy && own.length === 0) return [];
      const anonymous = [call(), call({ as: "junk" })];
      const as = "CALLER_TOKEN";
      if (caller === undefined || (byEnvoy && closed === undefined)) return anonymous;
      if (byEnvoy) return [...anonymous, call({ as, path: closed?.path ?? "/" })];
      return [...anonymous, call({ as }), call({ as, credentialHeader: SERVICE_TOKEN_HEADER })];
    });
    if (closedEndpoint === undefined) return planOf(cases, "no scoped GET route in this environment");
    const path = `${kind === "rest" ? "/live" : ""}${all[0]?.path ?? "/"}`;
    // An answer of the authorizer shows that the endpoint is open.
    const CLOSED = past(({ by, status }) => by === "gateway" && [403, 404].includes(status));
    const to = { name: "the default endpoint", ...closedEndpoint };
    return planOf([...cases, [{ method: "GET", to, path }, CLOSED]], "");
  },
};

/** How long to wait for log lines, in seconds. They take seconds to arrive, seldom a minute. */
export const LOGS_WAIT_SECONDS = 120;
const LOGS_PAUSE_SECONDS = 10;

/** Both clouds' logs. `open` makes a source, whose time limit starts then. */
export interface Logs {
  readonly places: TracePlaces;
  readonly clock: Clock;
  readonly open: () => LogSource;
}

/** The gateway's line of a request; undefined if none arrives in time. Rejects with `Unreadable`. */
export function accessLineOf(logs: Logs, requestId: string): Promise<AccessLine | undefined> {
  const where = [{ field: LOG_IDS.request, values: [requireQueryable(requestId)] }];
  return arrived(logs, async (source, period) => {
    const rows = await source.cloudWatch({ groups: logs.places.accessGroups, where, ...period, limit: 1 });
    return rows.map(accessLine)[0];
  });
}

async function arrived<T>(
  { clock, open }: Logs,
  look: (source: LogSource, period: Period) => Promise<T | undefined>,
): Promise<T | undefined> {
  const [source, from, to] = [open(), clock.now() - 1_800_000, clock.now() + LOGS_WAIT_SECONDS * 1000];
  for (;;) {
    const found = await look(source, { from, to });
    if (found !== undefined || clock.now() >= to) return found;
    await clock.sleep(LOGS_PAUSE_SECONDS * 1000);
  }
}

const logs: Probe = {
  id: "logs",
  question: "Do both clouds' logs have a line of the same request, found by its id?",
  plan(door) {
    const { logs: both } = door;
    if (both === undefined) return couldNotTell("this probe needs --logs");
    const route = callableRoute(door);
    if (route === undefined) return couldNotTell(NOTHING_TO_CALL);
    // The probe sets the trace itself (W3C Trace Context), so that Cloud Run's line can be found without the service.
    const traceId = randomBytes(16).toString("hex");
    const traceparent = `00-${traceId}-${randomBytes(8).toString("hex")}-01`;
    const judge = async (answers: readonly Answer[]): Promise<Verdict> => {
      const answer = answers[0] as Answer;
      if (!servedBy(answer)) return couldNotTell(described(route.key, answer));
      const { requestId: id } = answer;
      if (id === undefined)
        return refuted("the response has no request id", NOT_FOUND, "read docs/reference/log-fields.md");
      if ((await accessLineOf(both, id)) === undefined) {
        const change = "see whether the stage writes its log, and to this group (stacks/aws/access-log.ts)";
        return refuted(`the access log has no line of request ${id}`, NOT_FOUND, change);
      }
      // Cloud Run's own line has the trace. The service's line has the id, if the service logs it.
      const atRun = await arrived(both, async (source, period) => {
        const traced = await source.cloudLogging(tracedLines(both.places, traceId, period));
        return traced[0] ?? (await source.cloudLogging(printedLines(requireQueryable(id), period)))[0];
      });
      if (atRun !== undefined) return confirmed(`both sides have a line of request ${id}`);
      return refuted(
        `the access log has a line of request ${id}, but Cloud Logging has none`,
        "the trace does not reach Cloud Run, and the service does not log X-Request-Id",
        "let the service log X-Request-Id as jsonPayload.requestId (docs/reference/log-fields.md)",
      );
    };
    const requests = [get(route, { headers: { traceparent } })];
    return { requests, judge: (answers) => judge(answers).catch(whyUnread) };
  },
};

const NOT_FOUND = "an id that a caller quotes finds no line";

/** The verdict if the logs cannot be read. Another error ends the run. */
export function whyUnread(error: unknown): Verdict {
  if (!(error instanceof Unreadable)) throw error;
  return couldNotTell(`${error.message}: ${error.remedy}`);
}

/** Compares what both regions serve. What each of them refuses, `routes` compares with its own ledger. */
const twin: Probe = {
  id: "twin",
  question: "Is each GET route answered alike in both regions?",
  plan({ twin, routes, callers }) {
    if (twin === undefined || "kind" in twin) return twin;
    // A server of the Model Context Protocol may keep a GET open.
    const open = routes.filter((route) => isCallable(route, callers) && !route.mcp);
    if (open.length === 0) return couldNotTell(NOTHING_TO_CALL);
    const judge = (answers: readonly Answer[]) => {
      const pairs = open.map(({ key }, index) => {
        const [here, there] = answers.slice(2 * index) as [Answer, Answer];
        const isAlike = here.status === there.status && here.by === there.by;
        return { isAlike, said: `${described(key, here)}; ${described(twin.name, there)}` };
      });
      const say = (some: typeof pairs) => listed(some.map(({ said }) => said));
      const apart = pairs.filter(({ isAlike }) => !isAlike);
      if (apart.length === 0) return confirmed(say(pairs));
      return refuted(say(apart), "callers notice which region answers", TWIN_DRIFT);
    };
    return { requests: open.flatMap((route) => [get(route), get(route, { to: twin })]), judge };
  },
};

const TWIN_DRIFT = "compare the images and the data of both services, and each environment: npx front-door drift";

/** In this order, because log lines take a while to arrive. */
export const PROBES: readonly Probe[] = [routes, preflight, directCall, logs, twin];
