import { type Answer, described, inWords, refusedByGateway, servedBy } from "../deployed/answer";
import { permittedRoute } from "../deployed/routes";
import { confirmed, couldNotTell, refuted, type Verdict } from "../deployed/verdict";
import { get, onScopedRoute, openAndClosed, type Probe, planOf } from "./probe";

const README =
  "correct the tables of status codes in docs/how-to/incidents.md and docs/explanation/trust-model.md; what callers rely on changes";

const OPEN = "a request passed without authorization";
const CLOSE = "close the API immediately (docs/how-to/emergency-brake.md), then look at the route's authorizer";

/**
 * Expects one specific refusal of the gateway. Another refusal breaks a promise. An answer of the service means that
 * the door is open.
 */
function expectRefusal(route: string, answer: Answer, status: number): Verdict {
  const seen = `${route}: ${inWords(answer)}, expected ${status} from the gateway`;
  if (refusedByGateway(answer, status)) return confirmed(described(route, answer));
  if (answer.by !== "gateway") return refuted(seen, OPEN, CLOSE);
  if (answer.status >= 500) return couldNotTell(`${seen}: the authorizer could not decide`);
  return refuted(seen, "the request is refused, but not as the documentation here says", README);
}

export const noToken: Probe = {
  id: "no-token",
  question: "Does a scoped route answer 401 without Authorization, and with an empty one?",
  settles:
    "AWS documents 401, without a call of the function, for an identity source that is missing, null or empty (Configure a Lambda authorizer): this checks the wiring.",
  plan: onScopedRoute((route) => {
    const without = { as: undefined };
    const requests = [get(route, without), get(route, { ...without, headers: { Authorization: "" } })] as const;
    return planOf(requests, ([none, empty]) => {
      const verdicts = [
        expectRefusal(route.key, none, 401),
        expectRefusal(`${route.key} with an empty Authorization`, empty, 401),
      ] as const;
      const isRefuted = ({ kind }: Verdict) => kind === "refuted";
      return verdicts.find(isRefuted) ?? verdicts.find(({ kind }) => kind !== "confirmed") ?? verdicts[0];
    });
  }),
};

/** A probe that expects this status for an invalid token. */
function junkAnswers(status: number, { id, settles }: Pick<Probe, "id" | "settles">): Probe {
  return {
    id,
    question: `Does an invalid token get ${status}?`,
    settles,
    plan: onScopedRoute((route) =>
      planOf([get(route, { as: "junk" })], ([answer]) => expectRefusal(route.key, answer, status)),
    ),
  };
}

export const junkToken = junkAnswers(403, {
  id: "junk-token",
  settles: "AWS documents 403 for isAuthorized: false, and no way for an HTTP API's function to answer 401.",
});

export const junkTokenOfRest = junkAnswers(401, {
  id: "junk-token-rest",
  settles: "AWS documents 401 for a function that fails with the word Unauthorized; for Node, only by example.",
});

export const missingScope: Probe = {
  id: "missing-scope",
  question: "Does a valid token get 403 on a route that none of its scopes opens?",
  settles:
    "Whether the same holds for a known caller: the status must not depend on how the gateway translates the refusal.",
  plan(door) {
    const picked = openAndClosed(door);
    if (!("open" in picked)) return picked;
    const { open, closed } = picked;
    return planOf([get(open), get(closed)], ([good, bad]) => {
      if (bad.by !== "gateway" || servedBy(good)) return expectRefusal(closed.key, bad, 403);
      return couldNotTell(`${open.key}, which the token should open: ${inWords(good)}; the authorizer's log says why`);
    });
  },
};

/** A route that no service is likely to have. The policy is checked for it. */
const NOWHERE = "/front-door-probe/no-such-route";

function nowhereAnswers(status: number, { id, question, settles }: Omit<Probe, "plan">): Probe {
  return {
    id,
    question,
    settles,
    plan({ deployment: { policy } }) {
      const route = permittedRoute(policy, NOWHERE);
      if (route !== undefined) return couldNotTell(`${route} takes every path`);
      const request = { method: "GET", to: "gateway", path: NOWHERE } as const;
      return planOf([request], ([answer]) => expectRefusal(NOWHERE, answer, status));
    },
  };
}

export const unknownRoute = nowhereAnswers(404, {
  id: "unknown-route",
  question: "Does a path without a route get 404?",
  settles: "No catch-all is declared, and AWS documents no implicit one.",
});

export const unknownRouteOfRest = nowhereAnswers(403, {
  id: "unknown-route-rest",
  question: "Does a path without a method get 403?",
  settles: "AWS documents 403 with Missing Authentication Token for a path that does not exist.",
});
