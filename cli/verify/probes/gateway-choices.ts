import { described, inWords, servedBy } from "../deployed/answer";
import { NO_ECHO, servedEcho } from "../deployed/echo";
import { permittedRoute } from "../deployed/routes";
import { confirmed, couldNotTell, refuted } from "../deployed/verdict";
import { get, onCallableRoute, onVariable, type Probe, planOf } from "./probe";

const TELL =
  "report it to this project: its stand-in (packages/local-front-door/gateway/http/http-choices.ts) chose otherwise";

const NOWHERE = "/front-door-probe/no-such-route";

export const corsOwnAnswers: Probe = {
  id: "cors-own-answers",
  question: "Are the gateway's own refusals without CORS headers, so that a page cannot read them?",
  settles: "AWS documents CORS headers on the integration's response, but not on the gateway's own responses.",
  plan({ deployment: { corsOrigin, policy } }) {
    if (corsOrigin === undefined) return couldNotTell("no page may call this environment: gateway.cors is not set");
    const route = permittedRoute(policy, NOWHERE);
    if (route !== undefined) return couldNotTell(`${route} takes every path`);
    const request = { method: "GET", to: "gateway", path: NOWHERE, headers: { Origin: corsOrigin } } as const;
    return planOf([request], ([answer]) => {
      if (answer.by !== "gateway") return couldNotTell(described(NOWHERE, answer));
      const allowed = answer.headers["access-control-allow-origin"];
      if (allowed === undefined) return confirmed(`${NOWHERE}: ${inWords(answer)}, without CORS headers`);
      return refuted(
        `${NOWHERE}: ${inWords(answer)}, with access-control-allow-origin: ${allowed}`,
        "pages of allowed origins can read refusals, which is better than assumed",
        TELL,
      );
    });
  },
};

/** `%E9` alone is not valid UTF-8. */
export const pathUndecodable: Probe = {
  id: "path-undecodable",
  question: "Is a path that cannot be decoded kept from the service?",
  settles: "AWS does not document what happens to a path whose escapes are not UTF-8; the stand-in answers 400.",
  plan: onVariable((route) => {
    const path = `${route.path}%E9`;
    return planOf([get(route, { path })], ([answer]) => {
      if (!servedBy(answer) || answer.status === 400) return confirmed(described(path, answer));
      return refuted(
        described(path, answer),
        "authorizer and service may read such a path differently",
        "refuse paths that are not UTF-8 in functions/authorizer/request/path-rule.ts",
      );
    });
  }),
};

/** An address from the range for documentation (RFC 5737), which no host has. */
const CLAIMED = "192.0.2.1";

export const forwarded: Probe = {
  id: "forwarded",
  question: "Does a caller's own Forwarded header reach the service, in addition to the gateway's?",
  settles: "AWS documents that the gateway adds Forwarded, but not what happens to an existing one.",
  plan: onCallableRoute((route) =>
    planOf([get(route, { headers: { Forwarded: `for=${CLAIMED}` } })], ([answer]) => {
      const echo = servedEcho(answer);
      if (echo === undefined) return couldNotTell(`${route.key}: ${inWords(answer)}; ${NO_ECHO}`);
      const arrived = echo.header("Forwarded") ?? "";
      if (arrived.includes(CLAIMED))
        return confirmed(`${route.key}: the caller's claim arrived: use only the last value`);
      return refuted(`${route.key}: the caller's claim did not arrive`, "the header is safer than was assumed", TELL);
    }),
  ),
};
