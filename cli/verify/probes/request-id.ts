import { REQUEST_ID_HEADER } from "../../../contract/caller-headers";
import { type Answer, inWords } from "../deployed/answer";
import { echoOf } from "../deployed/echo";
import { confirmed, couldNotTell, refuted } from "../deployed/verdict";
import { callableRoute, get, NOTHING_TO_CALL, type Probe, planOf } from "./probe";

/** Calls the same route twice. The second call uses the cached result, and must still have an id of its own. */
export const requestId: Probe = {
  id: "request-id",
  question:
    "Does every response carry apigw-requestid, one per request, and is it the X-Request-Id that the service sees?",
  settles: "AWS shows the header in examples; that it is $context.requestId, on refusals too, is not documented.",
  plan(door) {
    const route = callableRoute(door);
    if (route === undefined) return couldNotTell(NOTHING_TO_CALL);
    const nowhere = { method: "GET", to: "gateway", path: "/front-door-probe/no-such-route" } as const;
    return planOf([get(route), get(route), nowhere], (answers) => {
      const without = answers.filter((answer) => !answer.requestId);
      if (without.length > 0) {
        return refuted(
          `no apigw-requestid where ${without.map(inWords).join(", ")}`,
          "a caller has nothing to quote",
          "search by time and route (docs/how-to/logs.md), and let services return their X-Request-Id",
        );
      }
      if (new Set(answers.map((answer) => answer.requestId)).size < answers.length) {
        return refuted(
          "two requests have one id",
          "the id does not tell requests apart, so logs join wrongly",
          "log $context.extendedRequestId as well (stacks/aws/access-log.ts)",
        );
      }
      const [first, second] = answers;
      if (![first, second].every(seenByService)) {
        return refuted(
          "the service saw another X-Request-Id than the caller",
          "a service's log lines cannot be found by the id that a caller quotes",
          "look at the mapping of X-Request-Id (stacks/aws/service-routes.ts): it must be per request",
        );
      }
      const echoed =
        echoOf(first.body) === undefined ? "what the service saw is unknown: it does not echo" : "the service saw it";
      return confirmed(`three requests, three ids, one of them a 404 of the gateway; ${echoed}`);
    });
  },
};

/** Also true if the service does not show it. */
function seenByService({ body, requestId: id }: Answer): boolean {
  const echo = echoOf(body);
  return echo === undefined || echo.header(REQUEST_ID_HEADER) === id;
}
