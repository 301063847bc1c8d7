import { type Answer, inWords, refusedByGateway, servedBy } from "../answer";
import { get, type Probe, planOf } from "../probe";
import { isPublic, mayCall, permittedRoute } from "../routes";
import { confirmed, couldNotTell, refuted, type Verdict } from "../verdict";

const README = "correct the tables of status codes in README.md and docs/trust-model.md; what callers rely on changes";

const OPEN = "a request passed that nobody authorized";
const CLOSE = "close the API at once (docs/operations.md, Emergency brake), then look at the route's authorizer";

/** One expected refusal of the gateway: another refusal breaks a promise, an answer of the service breaks the door. */
export function expectRefusal(route: string, answer: Answer, status: number): Verdict {
  const seen = `${route}: ${inWords(answer)}, expected ${status} of the gateway`;
  if (refusedByGateway(answer, status)) return confirmed(`${route}: ${inWords(answer)}`);
  if (answer.by !== "gateway") return refuted(seen, OPEN, CLOSE);
  if (answer.status >= 500) return couldNotTell(`${seen}: the authorizer could not decide`);
  return refuted(seen, "the request is refused, in another way than the documentation here says", README);
}

export const noToken: Probe = {
  id: "no-token",
  question: "Does a scoped route without Authorization answer 401?",
  settles: "AWS documents 401 for a missing identity source; here one of several is missing.",
  plan({ routes }) {
    const route = routes.find((candidate) => !isPublic(candidate));
    if (route === undefined) return couldNotTell("no scoped GET route in this environment");
    return planOf([get(route, { as: undefined })], ([answer]) => expectRefusal(route.key, answer, 401));
  },
};

export const junkToken: Probe = {
  id: "junk-token",
  question: "Does a token that proves nothing answer 403?",
  settles: "AWS documents 403 for isAuthorized: false, and no way for an HTTP API's function to say 401.",
  plan({ routes }) {
    const route = routes.find((candidate) => !isPublic(candidate));
    if (route === undefined) return couldNotTell("no scoped GET route in this environment");
    return planOf([get(route, { as: "junk" })], ([answer]) => expectRefusal(route.key, answer, 403));
  },
};

export const missingScope: Probe = {
  id: "missing-scope",
  question: "Does a good token answer 403 on a route that none of its scopes opens?",
  settles: "The same, for a caller who is known: the answer must not depend on what the gateway makes of the refusal.",
  plan({ routes, callers: { CALLER_TOKEN: caller } }) {
    if (caller === undefined) return couldNotTell("set CALLER_TOKEN");
    const open = routes.find((route) => mayCall(caller, route));
    const closed = routes.find((route) => !isPublic(route) && !mayCall(caller, route));
    if (open === undefined) return couldNotTell("CALLER_TOKEN opens no GET route: nothing to compare a refusal with");
    if (closed === undefined) return couldNotTell("CALLER_TOKEN opens every scoped GET route: set a narrower one");
    return planOf([get(open), get(closed)], ([good, bad]) => {
      if (bad.by !== "gateway" || servedBy(good)) return expectRefusal(closed.key, bad, 403);
      return couldNotTell(`${open.key}, which the token should open: ${inWords(good)}; the authorizer's log says why`);
    });
  },
};

/** No service is likely to have this route; the policy is asked whether it has. */
export const NOWHERE = "/front-door-probe/no-such-route";

export const unknownRoute: Probe = {
  id: "unknown-route",
  question: "Does a path that no route has answer 404?",
  settles: "No catch-all is declared, and AWS documents none that would be there without one.",
  plan({ deployment: { policy } }) {
    const route = permittedRoute(policy, NOWHERE);
    if (route !== undefined) return couldNotTell(`${route} takes every path`);
    return planOf([{ method: "GET", to: "gateway", path: NOWHERE }], ([answer]) => expectRefusal(NOWHERE, answer, 404));
  },
};
