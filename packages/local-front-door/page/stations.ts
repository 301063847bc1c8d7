import type { Hop } from "../trace/hop";
import type { SeenRequest } from "../trace/request-log";
import { refusalOf } from "./headline";
import { HOP_TITLES } from "./hop-titles";

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
