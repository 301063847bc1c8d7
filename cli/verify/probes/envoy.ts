import { CALLER_HEADERS, ROUTE_HEADER } from "../../../contract/caller-headers";
import { type Answer, described, inWords, isRefusal, servedBy } from "../deployed/answer";
import { isPublic, mayCall, type ProbeRoute } from "../deployed/routes";
import { confirmed, couldNotTell, refuted, type Verdict } from "../deployed/verdict";
import { allRefused, isNotThere } from "./direct-call";
import { forged, judgeArrivals } from "./forged-headers";
import {
  type FrontDoor,
  NO_SCOPED,
  onScopedRoute,
  openAndClosed,
  type Probe,
  type ProbeRequest,
  planOf,
} from "./probe";

const LOOK =
  "see which container has the ingress port, and Envoy's configuration in synthesized/ (access.md); then npx cdktf plan";

/** One scoped route of each service. */
function scopedRoutes({ deployment, routes }: FrontDoor): readonly ProbeRoute[] {
  return Object.keys(deployment.services).flatMap(
    (service) => routes.find((route) => route.service === service && !isPublic(route)) ?? [],
  );
}

function past({ service, path }: ProbeRoute, more: Partial<ProbeRequest> = {}): ProbeRequest {
  return { method: "GET", to: { service }, path, ...more };
}

export const envoyRefuses: Probe = {
  id: "envoy-refuses",
  question: "Does Envoy refuse a call that bypasses the gateway and has no token, or an invalid one?",
  settles:
    "Anyone may call a run.app URL whose invoker check is off. Only a call shows that Cloud Run forwards it to Envoy.",
  plan(door) {
    const asked = scopedRoutes(door).flatMap((route) => [{ route }, { route, as: "junk" as const }]);
    if (asked.length === 0) return couldNotTell(NO_SCOPED);
    const requests = asked.map(({ route, as }) => past(route, as === undefined ? {} : { as }));
    return planOf(requests, (answers) => {
      const seen = asked.map(({ route, as }, index) => ({
        name: `${route.service}${as ? ", junk" : ""}`,
        answer: answers[index] as Answer,
      }));
      return refusedAll(seen, "the service answers any caller, without a token");
    });
  },
};

export const envoyDecides: Probe = {
  id: "envoy-decides",
  question:
    "Does Envoy enforce scopes when a call bypasses the gateway: allow a route that the token opens, and refuse another?",
  settles: "Its rules are tested with a real Envoy; only this probe shows that Cloud Run runs Envoy with them.",
  plan(door) {
    const picked = openAndClosed(door);
    if (!("open" in picked)) return picked;
    const { open, closed } = picked;
    const as = "CALLER_TOKEN" as const;
    return planOf([past(open, { as }), past(closed, { as })], ([good, bad]) => {
      if (!isRefusal(bad))
        return refusedAll(
          [{ name: closed.key, answer: bad }],
          "scopes are not enforced on a call that bypasses the gateway",
        );
      if (servedBy(good)) return confirmed(`${open.key}: ${inWords(good)}; ${closed.key}: ${inWords(bad)}`);
      return couldNotTell(`${open.key}, which the token should open: ${inWords(good)}; Envoy's log says why`);
    });
  },
};

/** Headers that Envoy writes. Request ids are not among them, because only the gateway writes those. */
const WRITTEN_BY_ENVOY = [...Object.values(CALLER_HEADERS), ROUTE_HEADER];

export const envoyHints: Probe = {
  id: "envoy-hints",
  question: `Are a caller's own ${WRITTEN_BY_ENVOY.join(", ")} discarded when a call bypasses the gateway?`,
  settles:
    "Envoy removes incoming headers of these names, then writes its own; the gateway's removal does not apply here.",
  plan({ routes, callers: { CALLER_TOKEN: caller } }) {
    if (caller === undefined) return couldNotTell("set CALLER_TOKEN");
    const route = routes.find((candidate) => mayCall(caller, candidate));
    if (route === undefined) return couldNotTell("CALLER_TOKEN opens no GET route");
    const headers = forged(WRITTEN_BY_ENVOY);
    return planOf([past(route, { as: "CALLER_TOKEN", headers })], ([answer]) =>
      judgeArrivals(route, answer, headers, {
        means: "services that trust these headers trust the caller",
        change: LOOK,
      }),
    );
  },
};

export const junkTokenOfJwt: Probe = {
  id: "junk-token-jwt",
  question: "Does API Gateway's JWT authorizer answer 401 to an invalid token?",
  settles: "AWS documents 401 for a token that cannot be validated, and 403 for a missing scope.",
  plan: onScopedRoute((route) =>
    planOf([{ method: "GET", to: "gateway", path: route.path, as: "junk" }], ([answer]): Verdict => {
      if (answer.by === "gateway" && answer.status === 401) return confirmed(described(route.key, answer));
      if (answer.by !== "gateway") {
        return refuted(
          described(route.key, answer),
          "the gateway let an invalid token pass; only Envoy protects the app",
          "look at the route's authorizer in API Gateway",
        );
      }
      return refuted(
        `${route.key}: ${inWords(answer)}, expected 401`,
        "the request is refused, but not as the documentation here says",
        "correct the tables of status codes in docs/how-to/incidents.md and docs/explanation/shared-issuer.md",
      );
    }),
  ),
};

function refusedAll(seen: Parameters<typeof allRefused>[0], means: string): Verdict {
  const isGone = (answer: Answer) => isNotThere(answer) || answer.status >= 500;
  return allRefused(seen, { means, change: LOOK, isGone, gone: "not there, closed to the internet, or not up" });
}
