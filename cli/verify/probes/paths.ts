import { type Answer, cameFromGoogle, described, inWords, isRefusal, servedBy } from "../deployed/answer";
import { echoOf, NO_ECHO } from "../deployed/echo";
import { permittedRoute } from "../deployed/routes";
import { confirmed, couldNotTell, refuted, type Verdict } from "../deployed/verdict";
import { type FrontDoor, get, onVariable, type Probe, planOf } from "./probe";

/** Escapes of ordinary characters: `%2D` is a hyphen, `%C3%A9` an e with an accent. */
export const pathDecoding: Probe = {
  id: "path-decoding",
  question: "Do authorizer and service get the same path, decoded once?",
  settles: "Public reports say that an HTTP API decodes it; AWS does not document the bytes of $request.path.",
  plan: onVariable((route) => {
    const escaped = [`${route.path}%2D1`, `${route.path}-%C3%A9`] as const;
    const requests = [get(route), get(route, { path: escaped[0] }), get(route, { path: escaped[1] })] as const;
    return planOf(requests, ([plain, hyphen, accent]) => {
      if (!servedBy(plain)) return couldNotTell(`${route.key}, without any escape: ${inWords(plain)}`);
      const answers: readonly (readonly [string, Answer])[] = [
        [escaped[0], hyphen],
        [escaped[1], accent],
      ];
      const refusals = answers
        .filter(([, answer]) => !servedBy(answer))
        .map(([path, answer]) => described(path, answer));
      if (refusals.length > 0) {
        return refuted(
          refusals.join("; "),
          "the path comes to the authorizer encoded, or changed: callers may not escape characters in a path",
          "decode rawPath once in functions/authorizer/handler/http-api.ts, if both sides get it encoded",
        );
      }
      return samePath(answers);
    });
  }),
};

/** The service must route by the authorized path, encoded or not. */
function samePath(answers: readonly (readonly [string, Answer])[]): Verdict {
  const seen = answers.map(([sent, { body }]) => ({ sent, path: echoOf(body)?.path }));
  if (seen.some(({ path }) => path === undefined)) {
    return confirmed("the authorizer saw them decoded; what the service saw is unknown: it does not echo a path");
  }
  const other = seen.filter(({ sent, path = "" }) => decoded(path) !== decoded(sent));
  if (other.length === 0) return confirmed(`the service saw ${seen.map(({ path }) => path).join(" and ")}`);
  return refuted(
    other.map(({ sent, path }) => `${sent} reached the service as ${path}`).join("; "),
    "the service routes by another path than the one that was authorized",
    "let services refuse a request whose X-Gateway-Route is not the route that they matched",
  );
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/**
 * Characters that a variable must never contain, here at its end: a slash, an escaped slash, a backslash, a semicolon.
 */
const SUFFIXES = ["%2F1", "%252F1", "%5C1", "%3B1"];

/** Values that a variable must never have. Sent unchanged, although most programs would resolve them first. */
const SEGMENTS = ["..", "%2E%2E"];

export const pathTricks: Probe = {
  id: "path-tricks",
  question: "Are encoded slashes, dot segments and other separators in a variable kept from the service?",
  settles:
    "What the gateway decodes and resolves before it matches is not documented; the path rule must hold in any case.",
  plan: onVariable((route, door) => {
    const parent = route.path.replace(/[^/]*$/, "");
    const tricks = [
      ...SUFFIXES.map((end) => `${route.path}${end}`),
      ...SEGMENTS.map((segment) => `${parent}${segment}`),
    ];
    const paths = tricks.filter((path) => !isAlsoARoute(door, path));
    return planOf(
      paths.map((path) => get(route, { path })),
      (answers) => {
        const results = answers.map((answer, index) => ({ path: paths[index] ?? "", answer }));
        const isKept = (answer: Answer) => keptOut(answer) || (door.deployment.byEnvoy && isRefusal(answer));
        const passed = results.filter(({ answer }) => !isKept(answer));
        if (passed.length === 0) {
          return confirmed(results.map(({ path, answer }) => `${path} ${answer.status}`).join(", "));
        }
        return refuted(
          passed.map(({ path, answer }) => described(path, answer)).join("; "),
          "the authorizer sees a harmless path where the service may see another: scopes of one route may open another",
          "let services refuse a request whose X-Gateway-Route is not the route that they matched, and tighten functions/authorizer/request/path-rule.ts",
        );
      },
    );
  }),
};

/** A tricky path proves nothing if it becomes a path that callers may use once its escapes and dots are resolved. */
function isAlsoARoute({ deployment: { policy } }: FrontDoor, path: string): boolean {
  const plain = decoded(path);
  const resolved = plain.replace(/\/[^/]+\/\.\.$/, "") || "/";
  return [plain, resolved].some((reading) => permittedRoute(policy, reading) !== undefined);
}

/** Whether the gateway refused, or something before it (400). The service should never have seen the request. */
function keptOut(answer: Answer): boolean {
  return answer.by === "gateway" || (answer.status === 400 && !cameFromGoogle(answer));
}

/**
 * According to a public report, the gateway cuts the path at a decoded `?`. The authorizer then never sees the rest.
 */
export const pathQuestionMark: Probe = {
  id: "path-question-mark",
  question: "Does an encoded question mark in a path reach the service only if the authorizer saw it?",
  settles: "One public report says that rawPath ends at a decoded question mark; AWS documents neither.",
  plan: onVariable((route) =>
    planOf([get(route, { path: `${route.path}%3F1` })], ([answer]) => {
      if (keptOut(answer)) return confirmed(`${route.path}%3F1: ${inWords(answer)}`);
      const path = echoOf(answer.body)?.path;
      if (path === undefined) return couldNotTell(`${route.path}%3F1: ${inWords(answer)}; ${NO_ECHO}`);
      // The rest was cut off for both, or became a query, which the caller may write anyway.
      if (path === route.path) return confirmed(`${route.path}%3F1 reached the service as ${path}`);
      return refuted(
        `${route.path}%3F1 reached the service as ${path}`,
        "the authorizer judged a shorter path than the one that the service got",
        "let services refuse a request whose X-Gateway-Route is not the route that they matched",
      );
    }),
  ),
};
