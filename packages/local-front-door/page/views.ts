import type { Hop } from "../trace/hop";
import type { SeenRequest } from "../trace/request-log";
import { type Explaining, explanationOf, HOP_TITLES, headlineOf, refusalOf } from "./headline";
import { callerText } from "./presented-caller";

/** The authorizer's caller name for a request without a verified caller. */
const NONE = "-";

const CHECKED_LAST: readonly unknown[] = ["client-revoked", "scope"];

/** A request in the page's list. */
export function summaryOf(seen: SeenRequest, explaining: Explaining) {
  const { hops, calls, presented, answer, client, ...request } = seen;
  const refusal = refusalOf(seen);
  return {
    ...request,
    ...answer,
    caller: callerName(seen, explaining),
    ...(answer && { headline: headlineOf(answer.status, explanationOf(seen, explaining)) }),
    ...(refusal && { refusedAt: HOP_TITLES[refusal.at].title }),
  };
}

/** Everything that the page shows about one request. */
export function detailsOf(request: SeenRequest, explaining: Explaining) {
  return {
    ...summaryOf(request, explaining),
    presented: request.presented,
    refusal: refusalOf(request),
    hops: request.hops,
    stations: stationsOf(request, callerName(request, explaining)),
    steps: stepsOf(request),
    declaredAt: declaredAt(request, explaining),
  };
}

/** The lines that the request's declarations come from, by the declaration's address. */
function declaredAt({ hops }: SeenRequest, explaining: Explaining): Readonly<Record<string, string>> {
  const addresses = new Set(hops.flatMap(({ declaration }) => declaration ?? []));
  const lines = [...addresses].flatMap((address): [string, string][] => {
    const line = explaining.declaredAt?.(address);
    return line === undefined ? [] : [[address, line]];
  });
  return Object.fromEntries(lines);
}

/**
 * `customers/web`, `customers/web through customers/order-agent`, or with `(unverified)` the name in a token that was not
 * verified. Undefined if neither names a caller.
 */
export function callerName(request: SeenRequest, { callerOf }: Explaining): string | undefined {
  const { client, answer, presented } = request;
  const verified = client ?? answer?.client;
  const named = presented && callerOf(presented);
  if (verified !== undefined) return verified === NONE ? "anyone" : callerText(verified, named?.actor);
  if (presented === undefined) return refusalOf(request)?.code === "identity-source" ? "no token" : undefined;
  const declared = named && callerText(named.name, named.actor);
  // Revocation and scopes are checked last, so the token is valid.
  if (declared !== undefined && CHECKED_LAST.includes(refusalOf(request)?.code)) return declared;
  const name = declared ?? presented.client_id ?? presented.azp ?? presented.sub;
  return typeof name === "string" ? `${name} (unverified)` : undefined;
}

/** The declared caller of a request: verified, or the one that its token names. Undefined if there is none. */
export function declaredCallerOf({ client, answer, presented }: SeenRequest, { callerOf }: Explaining) {
  const verified = client ?? answer?.client;
  return verified !== undefined && verified !== NONE ? verified : presented && callerOf(presented)?.name;
}

/** A stand-in on the path of a request. */
export interface Step {
  readonly at: Hop["at"];
  readonly title: string;
  readonly checks: string;
  /** Time until its answer. Undefined while there is none, and if it decided without being called. */
  readonly milliseconds?: number;
  /** Its decisions and the stand-ins that it called, in the order in which they decided. */
  readonly entries: (Hop | Step)[];
}

/**
 * The stand-ins that handled the request, each inside the one that called it. The first is the door that the caller
 * called.
 */
export function stepsOf({ hops, calls, answer }: Pick<SeenRequest, "hops" | "calls" | "answer">): readonly Step[] {
  const roots: (Hop | Step)[] = [];
  const byCall = new Map<number, Step>();
  const root = () => roots[0] as Step | undefined;
  const stepOf = (id: number | undefined): Step | undefined => {
    const call = id === undefined ? undefined : calls[id];
    if (call === undefined) return root();
    const known = byCall.get(call.id);
    if (known !== undefined) return known;
    const step = stepAt(call.at, call.milliseconds);
    (stepOf(call.within)?.entries ?? roots).push(step);
    byCall.set(call.id, step);
    return step;
  };
  /** A call's remark about the stand-in that made it belongs to that stand-in. */
  const callerAt = (at: Hop["at"], id: number | undefined): Step | undefined => {
    const step = stepOf(id);
    if (step?.at === at || id === undefined) return step?.at === at ? step : undefined;
    return callerAt(at, calls[id]?.within);
  };
  for (const hop of hops) {
    const owner = callerAt(hop.at, hop.call);
    if (owner !== undefined) owner.entries.push(hop);
    else (stepOf(hop.call)?.entries ?? roots).push({ ...stepAt(hop.at), entries: [hop] });
  }
  return roots.map((step, index) =>
    index === 0 && answer !== undefined ? { milliseconds: answer.milliseconds, ...(step as Step) } : (step as Step),
  );
}

function stepAt(at: Hop["at"], milliseconds?: number): Step {
  return { at, ...HOP_TITLES[at], ...(milliseconds !== undefined && { milliseconds }), entries: [] };
}

/** One part of the picture of a request's path, from the caller to the part that may answer. */
export interface Station {
  readonly id:
    | "caller"
    | "browser"
    | "gateway"
    | "authorizer"
    | "federation"
    | "service"
    | "sign-in"
    | "callback"
    | "token-endpoint";
  readonly title: string;
  /** Name of the caller, or of the stand-in that refused on behalf of this part. */
  readonly detail?: string;
  /** `called`: it took part and decided nothing. Undefined for the part that asks. */
  readonly state?: "passed" | "refused" | "called" | "not-called";
  /** Whether this part determined the answer. At most one does; none while the request is in progress. */
  readonly decided: boolean;
}

type Id = Station["id"];

const TITLES: Readonly<Record<Id, string>> = {
  caller: "Caller",
  browser: "Browser",
  gateway: "API Gateway",
  authorizer: "Authorizer",
  federation: "Federation",
  service: "Service",
  "sign-in": "Sign-in page",
  callback: "Callback page",
  "token-endpoint": "Token endpoint",
};

/** The stand-ins of a part. A user pool's stand-in decides for the page and for the endpoint, so the path tells them apart. */
const STATION_OF: Readonly<Record<Exclude<Hop["at"], "cognito">, Id>> = {
  gateway: "gateway",
  authorizer: "authorizer",
  "jwt-authorizer": "authorizer",
  "aws-sts": "federation",
  "google-sts": "federation",
  "iam-credentials": "federation",
  "cloud-run": "service",
  envoy: "service",
};

/** The parts on the path of a request, in order. The first one asks. */
function pathOf({ door, path }: SeenRequest): readonly [asks: Id, entrance: Id, ...behind: Id[]] {
  if (door === "gateway") return ["caller", "gateway", "authorizer", "federation", "service"];
  if (door === "cloud-run") return ["caller", "service"];
  if (path.endsWith("/oauth2/token")) return ["caller", "token-endpoint"];
  return /^\/[^/]+\/signed-in\//.test(path) ? ["browser", "callback", "token-endpoint"] : ["browser", "sign-in"];
}

/**
 * The picture of a request's path: who asked, each part with its outcome, and the one that determined the answer. That
 * is the first part that refused, or else the last one that was called.
 *
 * @param caller name of the caller, as far as it is known
 */
export function stationsOf(request: SeenRequest, caller: string | undefined): readonly Station[] {
  const [asks, entrance, ...behind] = pathOf(request);
  const last = behind.at(-1) ?? entrance;
  const stationOf = (at: Hop["at"]): Id => (at === "cognito" ? last : STATION_OF[at]);
  const stateOf = (id: Id): NonNullable<Station["state"]> => {
    const decisions = request.hops.filter(({ at, remark }) => !remark && stationOf(at) === id);
    if (decisions.some(({ allowed }) => !allowed)) return "refused";
    if (decisions.length > 0) return "passed";
    const wasCalled = id === entrance || request.calls.some(({ at }) => stationOf(at) === id);
    return wasCalled ? "called" : "not-called";
  };
  const refusal = refusalOf(request);
  const stations = [entrance, ...behind].map((id) => ({ id, title: TITLES[id], state: stateOf(id) }));
  const reached = stations.findLast(({ state }) => state !== "not-called")?.id;
  const decider = request.answer && (refusal ? stationOf(refusal.at) : reached);
  return [
    { id: asks, title: TITLES[asks], decided: false, ...(caller !== undefined && { detail: caller }) },
    ...stations.map((station) => ({
      ...station,
      ...(station.id === "federation" && refusal && decider === station.id && { detail: HOP_TITLES[refusal.at].title }),
      decided: station.id === decider,
    })),
  ];
}
