import type { Caller } from "../../../functions/authorizer/request/outcome";
import type { DeclaredCaller } from "../../../intent/model/declared-callers";
import type { Expectation } from "../../../intent/model/expectation";
import type { Answer } from "../deployed/answer";
import type { Deployment } from "../deployed/deployment";
import type { ProbeMethod } from "../deployed/outside";
import { isPublic, mayCall, type ProbeRoute } from "../deployed/routes";
import type { CallerTokenName, TokenName } from "../deployed/tokens";
import { couldNotTell, type Verdict } from "../deployed/verdict";
import type { Inventory } from "../inventory/listings";
import type { LogReader } from "../logs/log-reader";

/** The name of the credential that a request carries. Requests can be printed, so they hold no tokens. */
export type CredentialName = TokenName | "junk";

export interface ProbeRequest {
  readonly method: ProbeMethod;
  /** The gateway, or one service, which the request then calls directly. */
  readonly to: "gateway" | { readonly service: string };
  /** Sent unchanged. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly as?: CredentialName;
  /** Header that carries the credential. Default: Authorization. */
  readonly credentialHeader?: string;
}

/** What is known of the front door before any request is sent. */
export interface FrontDoor {
  readonly deployment: Deployment;
  /** Best first. */
  readonly routes: readonly ProbeRoute[];
  /** The callers that the authorizer should see in the given tokens. */
  readonly callers: Readonly<Partial<Record<CallerTokenName, Caller>>>;
  /** Whether the run has an access token of a Google account. */
  readonly hasGoogleToken?: boolean;
  /** What config states about access, and the callers that its groups stand for. */
  readonly expectations?: { readonly stated: readonly Expectation[]; readonly callers: readonly DeclaredCaller[] };
  /** Reads the logs; undefined without --logs. */
  readonly logs: LogReader | undefined;
  /** Addresses that a new plan would change, or found changed; undefined without --plan. */
  readonly differences?: () => Promise<readonly string[]>;
  /** Lists what no plan sees; undefined without --inventory. */
  readonly inventory?: Inventory;
}

/** A question that only a deployed environment can answer. */
export interface Probe {
  readonly id: string;
  /** The question, in one sentence. */
  readonly question: string;
  /** An assumption of the code that neither the vendors' documentation nor the stack settles. */
  readonly settles: string;
  /** The requests to send and how to judge their answers, or why the probe cannot tell. */
  plan(door: FrontDoor): Plan | Verdict;
}

/** The requests are data: they are counted and printed before the first is sent, and no others are sent. */
export interface Plan {
  readonly requests: readonly ProbeRequest[];
  readonly judge: (answers: readonly Answer[]) => Verdict | Promise<Verdict>;
}

/** A plan whose judge gets one answer per request, in order. */
export function planOf<const R extends readonly ProbeRequest[]>(
  requests: R,
  judge: (answers: { readonly [K in keyof R]: Answer }) => Verdict | Promise<Verdict>,
): Plan {
  return { requests, judge: judge as unknown as Plan["judge"] };
}

/** A request for a route, with the caller's token if the route is not public. */
export function get(route: ProbeRoute, more: Partial<ProbeRequest> = {}): ProbeRequest {
  return { method: "GET", to: "gateway", path: route.path, ...(!isPublic(route) && { as: "CALLER_TOKEN" }), ...more };
}

/** The best route that this run may call: a public one, or one that CALLER_TOKEN opens. */
export function callableRoute(
  { routes, callers }: FrontDoor,
  fits: (route: ProbeRoute) => boolean = () => true,
): ProbeRoute | undefined {
  return routes.find((route) => (isPublic(route) || mayCall(callers.CALLER_TOKEN, route)) && fits(route));
}

/** The best route that requires a token. */
export function scopedRoute({ routes }: FrontDoor): ProbeRoute | undefined {
  return routes.find((route) => !isPublic(route));
}

/** Why a probe that needs such a route cannot tell. */
export const NO_SCOPED = "no scoped GET route in this environment";

/** A route that CALLER_TOKEN opens and a scoped one that it does not open, or why there are no two such routes. */
export function openAndClosed({ routes, callers: { CALLER_TOKEN: caller } }: FrontDoor) {
  if (caller === undefined) return couldNotTell("set CALLER_TOKEN");
  const open = routes.find((route) => mayCall(caller, route));
  const closed = routes.find((route) => !isPublic(route) && !mayCall(caller, route));
  if (open === undefined) return couldNotTell("CALLER_TOKEN opens no GET route: nothing to compare a refusal with");
  if (closed === undefined) return couldNotTell("CALLER_TOKEN opens every scoped GET route: set a narrower one");
  return { open, closed };
}

/** Why a probe that needs any such route cannot tell. */
export const NOTHING_TO_CALL = "set CALLER_TOKEN: this environment has no public GET route";

/** The plan of a probe for the route that it needs. */
type PlanFor = (route: ProbeRoute, door: FrontDoor) => Plan | Verdict;

function on(pick: (door: FrontDoor) => ProbeRoute | undefined, why: string) {
  return (plan: PlanFor): Probe["plan"] =>
    (door) => {
      const route = pick(door);
      return route === undefined ? couldNotTell(why) : plan(route, door);
    };
}

/** A plan for the best route that this run may call. */
export const onCallableRoute = on((door) => callableRoute(door), NOTHING_TO_CALL);

/** A plan for the best route that requires a token. */
export const onScopedRoute = on(scopedRoute, NO_SCOPED);

/** A plan for the best route that this run may call and that ends in a variable. */
export const onVariable = on(
  (door) => callableRoute(door, ({ endsInVariable }) => endsInVariable),
  "no GET route that ends in a variable and that this run may call; CALLER_TOKEN may open one",
);

/** `GET /orders as CALLER_TOKEN`. */
export function describeRequest({ method, to, path, as, credentialHeader, headers }: ProbeRequest): string {
  const target = to === "gateway" ? path : `${path} of service ${to.service} itself`;
  const place = credentialHeader === undefined ? "" : ` in ${credentialHeader}`;
  const credential = as === undefined ? "" : ` as ${as === "junk" ? "a junk token" : as}${place}`;
  const sent = Object.keys(headers ?? {}).join(", ");
  return `${method} ${target}${credential}${sent === "" ? "" : ` with ${sent}`}`;
}
