import { CALLER_HEADERS } from "../../../contract/caller-headers";
import { type Answer, inWords, refusedByGateway, servedBy } from "../deployed/answer";
import { NO_ECHO, servedEcho } from "../deployed/echo";
import { isPublic, mayCall, type ProbeRoute } from "../deployed/routes";
import { confirmed, couldNotTell, refuted, type Verdict } from "../deployed/verdict";
import { type FrontDoor, get, onVariable, type Plan, type Probe, planOf } from "./probe";

/** Why a valid request may be refused here although nothing is wrong. */
const LEFT_OVER = "a refusal of an earlier run may be replayed: wait authorizerCacheSeconds and run again";

const MEANS = "the gateway answers a request from the cache entry of another request";
const CHANGE =
  "set gateway.authorizerCacheSeconds: 0 and deploy; then look at the authorizer's identity sources (stacks/aws/authorizers.ts)";

/** A probe of the cache. It does not apply if the cache is switched off. */
function cacheProbe(probe: Probe): Probe {
  return {
    ...probe,
    plan(door) {
      if (door.deployment.policy.cacheSeconds > 0) return probe.plan(door);
      return couldNotTell("nothing is cached here: gateway.authorizerCacheSeconds is 0");
    },
  };
}

export const cachePerCaller = cacheProbe({
  id: "cache-per-caller",
  question: "Is a cached answer for one caller withheld from another caller on the same route?",
  settles:
    "AWS documents identity sources as the cache key (Lambda authorizers for HTTP APIs): this checks the wiring.",
  plan(door) {
    const { CALLER_TOKEN: caller, OTHER_CALLER_TOKEN: other } = door.callers;
    if (caller === undefined) return couldNotTell("set CALLER_TOKEN");
    const open = door.routes.filter((route) => mayCall(caller, route));
    // If the other caller may not call the route, the answer itself decides. If both may, only an echo does.
    const route = open.find((candidate) => other && !mayCall(other, candidate)) ?? open[0];
    if (route === undefined) return couldNotTell("CALLER_TOKEN opens no GET route");
    const requests = [get(route), get(route, { as: "junk" }), get(route), get(route, { as: "junk" })];
    if (other === undefined) return planOf(requests, (answers) => judgeJunk(route, answers));
    return planOf([...requests, get(route, { as: "OTHER_CALLER_TOKEN" })], (answers) => {
      const junk = judgeJunk(route, answers.slice(0, 4));
      return junk.kind === "refuted" ? junk : judgeOther(door, route, answers);
    });
  },
});

function judgeJunk(route: ProbeRoute, [good, junk, , more]: readonly Answer[]): Verdict {
  if (good === undefined || !servedBy(good))
    return couldNotTell(`${route.key} as CALLER_TOKEN: ${good && inWords(good)}; ${LEFT_OVER}`);
  const passed = [junk, more].find((answer) => answer?.by !== "gateway");
  if (passed !== undefined)
    return refuted(`${route.key}: a junk token after a good one: ${inWords(passed)}`, MEANS, CHANGE);
  return couldNotTell("a junk token is refused after a good one; for two callers set OTHER_CALLER_TOKEN");
}

function judgeOther({ callers }: FrontDoor, route: ProbeRoute, answers: readonly Answer[]): Verdict {
  const [first, last] = [answers[0], answers.at(-1)];
  if (first === undefined || last === undefined || !servedBy(first)) {
    return couldNotTell(`${route.key} as CALLER_TOKEN: ${first && inWords(first)}; ${LEFT_OVER}`);
  }
  if (!mayCall(callers.OTHER_CALLER_TOKEN, route)) {
    if (refusedByGateway(last, 403))
      return confirmed(`${route.key}: CALLER_TOKEN passed, then OTHER_CALLER_TOKEN was refused`);
    const seen = `${route.key}: OTHER_CALLER_TOKEN, which may not call it: ${inWords(last)}`;
    return last.by === "gateway" ? couldNotTell(seen) : refuted(seen, MEANS, CHANGE);
  }
  const echo = servedEcho(last);
  if (echo === undefined) return couldNotTell(`both tokens open ${route.key}: ${NO_ECHO}`);
  const { subject, client } = callers.OTHER_CALLER_TOKEN ?? {};
  if (echo.header(CALLER_HEADERS.subject) === subject && echo.header(CALLER_HEADERS.client) === client) {
    return confirmed(`${route.key}: the service saw one caller, then the other`);
  }
  return refuted(`${route.key}: the service saw OTHER_CALLER_TOKEN's call as another caller's`, MEANS, CHANGE);
}

export const cachePerRoute = cacheProbe({
  id: "cache-per-route",
  question: "Is a cached answer for one route not used for another route of the same caller?",
  settles:
    "AWS documents $context.routeKey as the identity source that caches per route (Lambda authorizers for HTTP APIs): this checks the wiring.",
  plan({ routes, callers: { CALLER_TOKEN: caller } }) {
    const open = routes.find((route) => !route.hasVariable && mayCall(caller, route));
    const closed = routes.find((route) => !route.hasVariable && !isPublic(route) && !mayCall(caller, route));
    if (caller !== undefined && open !== undefined && closed !== undefined) return alternately(open, closed, [403]);
    const one = routes.find((route) => isPublic(route) && !route.hasVariable);
    const other = routes.find((route) => isPublic(route) && !route.hasVariable && route.service !== one?.service);
    // If the cached result were reused, the second service would refuse the first one's Google token.
    if (one !== undefined && other !== undefined) return alternately(one, other, []);
    return couldNotTell("set CALLER_TOKEN to one that opens a literal GET route and not another one");
  },
});

export const cachePerPath = cacheProbe({
  id: "cache-per-path",
  question: "Is a cached answer for one path not used for another path of the same route?",
  settles: "Whether the same holds for $context.path: the path rule for routes with a variable depends on it.",
  plan: onVariable((route) =>
    alternately(route, { ...route, key: `${route.key} with %252F`, path: `${route.path}%252F1` }, [403]),
  ),
});

/**
 * Calls one route, the other, and both again. Expects the other to be refused with one of the given statuses, or to be
 * served if there are none.
 */
function alternately(one: ProbeRoute, other: ProbeRoute, refusals: readonly number[]): Plan {
  const requests = [get(one), get(other), get(one), get(other)] as const;
  return planOf(requests, ([first, second, again, secondAgain]) => {
    if (!servedBy(first)) return couldNotTell(`${one.key}: ${inWords(first)}; ${LEFT_OVER}`);
    if (!servedBy(again)) {
      const seen = `${one.key}, after ${other.key}: ${inWords(again)}`;
      return again.status === 403 ? refuted(seen, MEANS, CHANGE) : couldNotTell(seen);
    }
    const expected = (answer: Answer) =>
      refusals.length === 0 ? servedBy(answer) : refusals.some((status) => refusedByGateway(answer, status));
    const wrong = [second, secondAgain].find((answer) => !expected(answer));
    if (wrong === undefined) return confirmed(`${one.key} and ${other.key} in turn: ${first.status}, ${second.status}`);
    const replayed = refusals.length === 0 || wrong.by !== "gateway";
    const seen = `${other.key}, after ${one.key}: ${inWords(wrong)}`;
    return replayed ? refuted(seen, MEANS, CHANGE) : couldNotTell(seen);
  });
}
