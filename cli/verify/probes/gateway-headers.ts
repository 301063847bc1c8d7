import { CALLER_HEADERS, REQUEST_ID_HEADER, ROUTE_HEADER } from "../../../contract/caller-headers";
import type { Caller } from "../../../functions/authorizer/request/outcome";
import { type Answer, described, inWords } from "../deployed/answer";
import { echoOf, NO_ECHO } from "../deployed/echo";
import { isPublic, mayCall, type ProbeRoute } from "../deployed/routes";
import { confirmed, couldNotTell, refuted, type Verdict } from "../deployed/verdict";
import { get, NOTHING_TO_CALL, onCallableRoute, type Probe, planOf } from "./probe";

/**
 * How a mapping treats a missing `$context.authorizer.KEY` is unknown, and nothing relies on it: the function returns
 * every key. This probe shows that every key arrives, with the value that the function must have returned.
 */
export const mappingKeys: Probe = {
  id: "mapping-keys",
  question: "Do all keys of the authorizer's answer reach the service, on public and on scoped routes?",
  settles: "AWS documents $context.authorizer.KEY in mappings, but not what happens if the key is missing or empty.",
  plan({ routes, callers: { CALLER_TOKEN: caller } }) {
    // A scoped route shows more: a subject, a client and scopes instead of the values of an anonymous caller.
    const asked = [routes.find(isPublic), routes.find((route) => mayCall(caller, route))].filter(
      (route) => route !== undefined,
    );
    if (asked.length === 0) return couldNotTell(NOTHING_TO_CALL);
    return planOf(
      asked.map((route) => get(route)),
      (answers) => judge(asked.map((route, index) => ({ route, caller, answer: answers[index] as Answer }))),
    );
  },
};

interface Seen {
  readonly route: ProbeRoute;
  readonly caller: Caller | undefined;
  readonly answer: Answer;
}

function judge(seen: readonly Seen[]): Verdict {
  const echoing = seen.filter(({ answer }) => echoOf(answer.body) !== undefined);
  if (echoing.length === 0) {
    return couldNotTell(`${seen.map(({ route, answer }) => described(route.key, answer)).join("; ")}; ${NO_ECHO}`);
  }
  const wrong = echoing.flatMap((each) => wrongHints(each));
  if (wrong.length === 0)
    return confirmed(`${echoing.map(({ route }) => route.key).join(" and ")}: as the function returns them`);
  return refuted(
    `missing, or not as the function returns them: ${wrong.join(", ")}`,
    "the mapping drops or changes values, so that services cannot use these headers; a missing one may be the caller's own",
    "look at the integration's request parameters and the function's answer (stacks/aws/service-routes.ts, " +
      "functions/authorizer/handler/http-api.ts)",
  );
}

/** Only the names, because a subject is the caller's private data. */
function wrongHints({ route, caller, answer }: Seen): string[] {
  const echo = echoOf(answer.body);
  return Object.entries(expectedHints(route, isPublic(route) ? undefined : caller))
    .filter(([name, value]) => echo?.header(name) !== value)
    .map(([name]) => `${name} on ${route.key}`);
}

function expectedHints(route: ProbeRoute, caller: Caller | undefined): Readonly<Record<string, string>> {
  return {
    [CALLER_HEADERS.subject]: caller?.subject ?? "anonymous",
    [CALLER_HEADERS.client]: caller?.client ?? "-",
    [CALLER_HEADERS.actor]: caller?.actor ?? "-",
    [CALLER_HEADERS.scopes]: caller?.scopes.join(" ") || "-",
    [CALLER_HEADERS.issuer]: caller?.issuer ?? "-",
    [ROUTE_HEADER]: route.key,
  };
}

/** Calls the same route twice. The second call uses the cached result, and must still have a different id. */
export const requestId: Probe = {
  id: "request-id",
  question:
    "Does every response carry apigw-requestid, one per request, and is it the X-Request-Id that the service sees?",
  settles: "AWS shows the header in examples; that it is $context.requestId, on refusals too, is not documented.",
  plan: onCallableRoute((route) => {
    const nowhere = { method: "GET", to: "gateway", path: "/front-door-probe/no-such-route" } as const;
    return planOf([get(route), get(route), nowhere], (answers) => {
      const without = answers.filter((answer) => !answer.requestId);
      if (without.length > 0) {
        return refuted(
          `no apigw-requestid when ${without.map(inWords).join(", ")}`,
          "callers have no id to quote",
          "search by time and route (docs/reference/log-fields.md), and let services return their X-Request-Id",
        );
      }
      if (new Set(answers.map((answer) => answer.requestId)).size < answers.length) {
        return refuted(
          "two requests have the same id",
          "log lines of different requests are joined by the same id",
          "log $context.extendedRequestId as well (stacks/aws/access-log.ts)",
        );
      }
      const [first, second] = answers;
      if (![first, second].every(seenByService)) {
        return refuted(
          "the service and the caller saw different values of X-Request-Id",
          "a service's log lines cannot be found by the id that a caller quotes",
          "look at the mapping of X-Request-Id (stacks/aws/service-routes.ts): it must be per request",
        );
      }
      const echoed =
        echoOf(first.body) === undefined ? "what the service saw is unknown: it does not echo" : "the service saw it";
      return confirmed(`three requests, three ids, one of them a 404 of the gateway; ${echoed}`);
    });
  }),
};

/** Also true if the service does not show it. */
function seenByService({ body, requestId: id }: Answer): boolean {
  const echo = echoOf(body);
  return echo === undefined || echo.header(REQUEST_ID_HEADER) === id;
}
