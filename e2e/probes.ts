import { jsonIn } from "../cli/process/json";
import {
  accessLineOf,
  type Case,
  confirmed,
  couldNotTell,
  type Expected,
  type FrontDoor,
  isNotThere,
  type Plan,
  planOf,
  refuted,
  type Verdict,
  whyUnread,
} from "../cli/verify/probes";
import { type Answer, cameFromGoogle, isRefusal, type ProbeRequest, servedBy } from "../cli/verify/requests";
import {
  CALLER_HEADERS,
  REQUEST_ID_HEADER,
  REROUTING_HEADERS,
  RESERVED_BY_HTTP_API,
  ROUTE_HEADER,
  SERVICE_TOKEN_HEADER,
  TRUSTED_HEADERS,
} from "../contract/caller-headers";
import type { Caller } from "../functions/authorizer/request/outcome";
import type { EnvironmentName } from "./run-folder";

/** A question about behaviour that AWS or Google does not document. */
export interface UndocumentedProbe {
  readonly id: string;
  readonly kinds: readonly EnvironmentName[];
  readonly question: string;
  /** What the documents say, and what they leave open. */
  readonly settles: string;
  readonly plan: (door: DeployedDoor) => Plan | Verdict;
}

/** An environment of a run: `reader` has CALLER_TOKEN, and `writer` has OTHER_CALLER_TOKEN. */
export interface DeployedDoor extends FrontDoor {
  readonly environment: EnvironmentName;
}

/** True: as assumed. False: not. Undefined: the answer shows neither. */
type Holds = Expected["holds"];

/** A probe whose answers must each be as assumed. */
function probe(
  id: string,
  kinds: readonly EnvironmentName[],
  question: string,
  settles: string,
  /** The consequence of another answer. */
  means: string,
  sent: (door: DeployedDoor) => readonly (readonly [ProbeRequest, Holds])[],
): UndocumentedProbe {
  const change = "change what relies on it, and docs/reference/facts.md";
  const cases = (door: DeployedDoor) => sent(door).map(([request, holds]): Case => [request, { holds, means, change }]);
  return { id, kinds, question, settles, plan: (door) => planOf(cases(door), "nothing to ask") };
}

const ALL: readonly EnvironmentName[] = ["http", "rest", "envoy"];
const FUNCTIONS: readonly EnvironmentName[] = ["http", "rest"];
const NO_REST: readonly EnvironmentName[] = ["http", "envoy"];

/** The requests. Every environment has these routes; Envoy's has no public ones. */
function get(path: string, more: Partial<ProbeRequest> = {}): ProbeRequest {
  return { method: "GET", to: "gateway", path, ...more };
}
const as = "CALLER_TOKEN";
const open = (more: Partial<ProbeRequest> = {}) => get("/read", { as, ...more });
const closed = () => get("/admin", { as });
/** A path that the authorizer takes for `GET /read/{id}`, with this id. */
const withId = (id: string, more: Partial<ProbeRequest> = {}) => get(`/read/${id}`, { as, ...more });
const NOWHERE = "/front-door-probe/no-such-route";

/** What an answer must be. A refusal may be left over in the cache, so it seldom shows anything. */
const served: Holds = (answer) => servedBy(answer) || undefined;
const isServed: Holds = (answer) => servedBy(answer);
const byGateway: Holds = (answer) => answer.by === "gateway";
/** One specific refusal of the gateway. A 5xx shows that the authorizer could not decide. */
const refuses =
  (status: number): Holds =>
  (answer) =>
    answer.by === "gateway" && answer.status >= 500 ? undefined : answer.by === "gateway" && answer.status === status;

/** A request as the service saw it: README.md has the service. */
interface Echo {
  readonly path: string;
  readonly header: (name: string) => string | undefined;
}

export function echoOf(answer: Answer): Echo | undefined {
  const { path, target = path, headers } = (servedBy(answer) && jsonIn(answer.body)) || {};
  if (typeof target !== "string" || typeof headers !== "object") return undefined;
  const pairs: readonly [string, unknown][] = Array.isArray(headers) ? headers : Object.entries(headers);
  const valuesOf = (name: string) =>
    pairs.filter(([each]) => each.toLowerCase() === name.toLowerCase()).flatMap(([, value]) => value);
  const header = (name: string) => (valuesOf(name).length === 0 ? undefined : valuesOf(name).join(","));
  return { path: target.split("?")[0] ?? "", header };
}

const echoes =
  (holds: (echo: Echo) => boolean): Holds =>
  (answer) => {
    const echo = echoOf(answer);
    return echo && holds(echo);
  };

const FORGED = "forged-by-the-caller";
const forged = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, FORGED]));

/** None of these headers of the caller reaches the service. A REST API cannot remove a header, so it may pass on an empty one. */
function kept(
  headers: Readonly<Record<string, string>>,
  more: Partial<ProbeRequest> = {},
): readonly [ProbeRequest, Holds] {
  const isKept = ({ header }: Echo) =>
    Object.entries(headers).every(([name, value]) => !(header(name) ?? "").includes(value));
  return [open({ headers, ...more }), echoes(isKept)];
}

/** Headers by which a caller could change method or path in some frameworks. The values would change nothing. */
function overrides(written: (name: string) => string): Readonly<Record<string, string>> {
  const names = REROUTING_HEADERS.filter((name) => !RESERVED_BY_HTTP_API.test(name));
  return Object.fromEntries(names.map((name) => [written(name), name.includes("-Method") ? "GET" : "/read"]));
}

/** Spellings of a header's name. Mappings of a REST API are case-sensitive, and services are not. */
function spelled({ environment }: DeployedDoor): readonly ((name: string) => string)[] {
  return [(name) => name, ...(environment === "rest" ? [(name: string) => name.toLowerCase()] : [])];
}

const TRUSTED = TRUSTED_HEADERS.join(", ");
const TRUSTS = "services that trust these headers trust the caller";
const REROUTES = "a framework that uses them serves another route than the one that was authorized";
const CACHE = "the gateway answers a request from the cache entry of another request";
const STATUS = "the request is refused otherwise than the documentation says, or passes without authorization";
const PATH = "the authorizer judged another path than the service got: scopes of one route may open another";
const CHOICE = "the gateway does better than was assumed";

/** Whether the gateway refused, or something before it (400). The service should never have seen the request. */
function keptOut(answer: Answer, { environment }: DeployedDoor): boolean {
  const isEarlier = answer.status === 400 && !cameFromGoogle(answer);
  return answer.by === "gateway" || isEarlier || (environment === "envoy" && isRefusal(answer));
}

/** Headers that the function must have returned, or Envoy written. */
function hints(route: string, caller?: Caller): Readonly<Record<string, string>> {
  return {
    [CALLER_HEADERS.subject]: caller?.subject ?? "anonymous",
    [CALLER_HEADERS.client]: caller?.client ?? "-",
    [CALLER_HEADERS.actor]: caller?.actor ?? "-",
    [CALLER_HEADERS.scopes]: caller?.scopes.join(" ") || "-",
    [CALLER_HEADERS.issuer]: caller?.issuer ?? "-",
    [ROUTE_HEADER]: route,
  };
}

const hasHints = (expected: Readonly<Record<string, string>>) =>
  echoes(({ header }) => Object.entries(expected).every(([name, value]) => header(name) === value));

const ofService = ({ deployment }: DeployedDoor) => ({ name: "echo", origin: deployment.services.echo ?? "" });

export const UNDOCUMENTED: readonly UndocumentedProbe[] = [
  probe(
    "public-route-key",
    FUNCTIONS,
    "Does a public route work whose only identity sources are the route key and a stage variable?",
    "AWS documents context variables as identity sources, but not that they work without a request header.",
    "API Gateway treats an identity source as missing, so public routes answer no caller",
    () => [[get("/public"), (answer) => servedBy(answer) || (refuses(401)(answer) ? false : undefined)]],
  ),
  probe(
    "narrow-role",
    FUNCTIONS,
    "Is roles/iam.serviceAccountOpenIdTokenCreator enough for a federated identity to mint an ID token?",
    "Google documents it for generateIdToken, and roles/iam.workloadIdentityUser for federated identities.",
    "the authorizer gets no Google ID token, or the gateway may not call the authorizer",
    () => [
      [open(), (answer) => servedBy(answer) || (answer.by === "gateway" && answer.status === 500 ? false : undefined)],
    ],
  ),
  probe(
    "cache-per-caller",
    FUNCTIONS,
    "Is a cached answer for one caller withheld from another caller on the same route?",
    "AWS documents identity sources as the cache key (Lambda authorizers for HTTP APIs): this checks the wiring.",
    CACHE,
    ({ callers: { OTHER_CALLER_TOKEN: other } }) => [
      ...[open(), open({ as: "junk" }), open(), open({ as: "junk" })].map(
        (request) => [request, request.as === "junk" ? byGateway : served] as const,
      ),
      [open({ as: "OTHER_CALLER_TOKEN" }), hasHints(hints("GET /read", other))],
    ],
  ),
  probe(
    "cache-per-route",
    FUNCTIONS,
    "Is a cached answer for one route not used for another route of the same caller?",
    "AWS documents $context.routeKey as the source that caches per route: this checks the wiring.",
    CACHE,
    () =>
      [open(), closed(), open(), closed()].map((request) => {
        return [request, request.path === "/admin" ? byGateway : isServed];
      }),
  ),
  probe(
    "cache-per-path",
    ["http"],
    "Is a cached answer for one path not used for another path of the same route?",
    "Whether the same holds for $context.path: the path rule for routes with a variable depends on it.",
    CACHE,
    () =>
      [withId("a"), withId("a%252F1"), withId("a"), withId("a%252F1")].map((request) => {
        return [request, request.path === "/read/a" ? isServed : byGateway];
      }),
  ),
  probe(
    "no-token",
    ALL,
    "Does a scoped route answer 401 without Authorization, and with an empty one?",
    "AWS documents 401, without a call of the function, for an identity source that is missing, null or empty.",
    STATUS,
    () => [
      [open({ as: undefined }), refuses(401)],
      [open({ as: undefined, headers: { Authorization: "" } }), refuses(401)],
    ],
  ),
  probe(
    "junk-token",
    ALL,
    "Does an invalid token get 403 from an HTTP API's function, and 401 from a REST API and a JWT authorizer?",
    "AWS documents 403 for isAuthorized: false, 401 for an invalid JWT, and for REST only an example in Node.",
    STATUS,
    ({ environment }) => [[open({ as: "junk" }), refuses(environment === "http" ? 403 : 401)]],
  ),
  probe(
    "missing-scope",
    ALL,
    "Does a valid token get 403 on a route that none of its scopes opens?",
    "Whether the status depends on how the gateway translates the refusal of a known caller.",
    STATUS,
    () => [
      [open(), served],
      [closed(), refuses(403)],
    ],
  ),
  probe(
    "unknown-route",
    ALL,
    "Does a path without a route get 404 from an HTTP API, and 403 from a REST API?",
    "No catch-all is declared. AWS documents no implicit one, and 403 for a REST API.",
    STATUS,
    ({ environment }) => [[get(NOWHERE), refuses(environment === "rest" ? 403 : 404)]],
  ),
  probe(
    "direct-call-access-token",
    FUNCTIONS,
    "Does Cloud Run refuse a Google access token in place of an ID token, in either of the headers that it reads?",
    "Google documents ID tokens for calls between services, but a page of samples speaks of OAuth tokens.",
    "an access token opens a service: it has no audience, so it opens every service of its account",
    (door) => {
      // A 403 may be about the account, which then gets no further with an ID token either.
      const holds: Holds = (answer) =>
        answer.status === 401 || (answer.status === 403 || isNotThere(answer) ? undefined : false);
      const request = open({ to: ofService(door), as: "GOOGLE_ACCESS_TOKEN" });
      return [
        [request, holds],
        [{ ...request, credentialHeader: SERVICE_TOKEN_HEADER }, holds],
      ];
    },
  ),
  // Needs no echo: Cloud Run ignores all other credentials once this header is present, and would refuse a forged one.
  probe(
    "forged-google-token",
    FUNCTIONS,
    "Is a caller's own X-Serverless-Authorization overwritten, by a REST API in lower case too?",
    "AWS documents overwrite:header, but not what happens to a caller's header of the same name.",
    "the caller's header reaches Cloud Run: a caller with a Google token of an invoker could use it",
    (door) => [
      [open(), served],
      ...spelled(door).map((written) => {
        return [open({ headers: { [written(SERVICE_TOKEN_HEADER)]: `Bearer ${FORGED}` } }), isServed] as const;
      }),
    ],
  ),
  probe(
    "forged-hints",
    ALL,
    `Are a caller's own ${TRUSTED} overwritten, by a REST API in lower case too?`,
    "AWS does not document a caller's header of the same name: its value must not arrive, alone or in a list.",
    TRUSTS,
    (door) => spelled(door).map((written) => kept(forged(TRUSTED_HEADERS.map(written)))),
  ),
  probe(
    "envoy-hints",
    ["envoy"],
    "Are a caller's own headers of these names discarded when a call bypasses the gateway?",
    "Envoy removes incoming headers of these names, then writes its own; the gateway's removal is missing here.",
    TRUSTS,
    (door) => [kept(forged([...Object.values(CALLER_HEADERS), ROUTE_HEADER]), { to: ofService(door) })],
  ),
  probe(
    "override-headers",
    ALL,
    "Are the headers removed by which a caller could change method or path, by a REST API in lower case too?",
    "AWS documents remove:header; that it accepts these names is untested elsewhere.",
    REROUTES,
    (door) => spelled(door).map((written) => kept(overrides(written))),
  ),
  probe(
    "underscore-names",
    ALL,
    "Are header names with underscores, which some servers read as other headers, kept from the service?",
    "AWS documents removal by name; neither AWS nor Google documents whether such names pass at all.",
    "a server that turns headers into CGI variables trusts the caller",
    () => [kept(forged(["SCRIPT_NAME", "X_Caller_Subject", "X_HTTP_Method_Override"]))],
  ),
  probe(
    "token-withheld",
    ["rest"],
    "Is the caller's token withheld from services that do not request it?",
    "AWS documents static values in quotes, but not what an empty pair of quotes does to a header.",
    "the service sees its callers' tokens, and could use them at other services",
    // As HTTP/1.1 clients write the header, and as HTTP/2 clients do.
    () =>
      [open(), open({ credentialHeader: "authorization" })].map((request) => {
        return [request, echoes(({ header }) => /^[\s,]*$/.test(header("Authorization") ?? ""))];
      }),
  ),
  probe(
    "mapping-keys",
    FUNCTIONS,
    "Do all keys of the authorizer's answer reach the service, on public and on scoped routes?",
    "AWS documents $context.authorizer.KEY in mappings, but not what happens if it is missing or empty.",
    "the mapping drops or changes values; a missing one may be the caller's own",
    ({ callers: { CALLER_TOKEN: caller } }) => [
      [get("/public"), hasHints(hints("GET /public"))],
      [open(), hasHints(hints("GET /read", caller))],
    ],
  ),
  {
    id: "request-id",
    kinds: NO_REST,
    question: "Does every response carry apigw-requestid, one per request, and is it the service's X-Request-Id?",
    settles: "AWS shows the header in examples; that it is $context.requestId, on refusals too, is not documented.",
    // The second call uses the cached result, and must still have another id.
    plan: () => ({
      requests: [open(), open(), get(NOWHERE)],
      judge: (answers) => {
        const ids = answers.map(({ requestId }) => requestId);
        const ofServices = answers.map((answer) => echoOf(answer)?.header(REQUEST_ID_HEADER));
        const isOther = ofServices.some((id, index) => id !== undefined && id !== ids[index]);
        const seen = `ids ${ids.join(", ")}; the service saw ${ofServices.slice(0, 2).join(", ")}`;
        if (new Set(ids).size === answers.length && !ids.includes(undefined) && !isOther) return confirmed(seen);
        return refuted(
          seen,
          "an id that a caller quotes does not find the log lines",
          "see docs/reference/log-fields.md",
        );
      },
    }),
  },
  // Escapes of ordinary characters: `%2D` is a hyphen, `%C3%A9` an e with an accent.
  probe(
    "path-decoding",
    ["http"],
    "Do authorizer and service get the same path, decoded once?",
    "Public reports say that an HTTP API decodes it; AWS does not document the bytes of $request.path.",
    PATH,
    () => [
      [withId("a"), served],
      ...["a%2D1", "a-%C3%A9"].map((id) => {
        const holds: Holds = (answer) => servedBy(answer) && decoded(echoOf(answer)?.path) === decoded(`/read/${id}`);
        return [withId(id), holds] as const;
      }),
    ],
  ),
  probe(
    "path-tricks",
    ALL,
    "Are encoded slashes, dot segments and other separators in a variable kept from the service?",
    "What the gateway decodes and resolves before it matches is not documented.",
    PATH,
    // Sent unchanged, although most programs would resolve dots first.
    (door) =>
      ["a%2F1", "a%252F1", "a%5C1", "a%3B1", "..", "%2E%2E"].map((id) => {
        return [withId(id), (answer) => keptOut(answer, door)];
      }),
  ),
  probe(
    "path-question-mark",
    ["http"],
    "Does an encoded question mark in a path reach the service only if the authorizer saw it?",
    "One public report says that rawPath ends at a decoded question mark; AWS documents neither.",
    PATH,
    // If the rest was cut off for both, or became a query, the caller could have written that anyway.
    (door) => [
      [withId("a%3F1"), (answer) => keptOut(answer, door) || echoes(({ path }) => path === "/read/a")(answer)],
    ],
  ),
  probe(
    "path-undecodable",
    ["http"],
    "Is a path that cannot be decoded kept from the service?",
    "AWS does not document what happens to a path whose escapes are not UTF-8; the stand-in answers 400.",
    PATH,
    () => [[withId("a%E9"), (answer) => !servedBy(answer) || answer.status === 400]],
  ),
  probe(
    "cors-own-answers",
    NO_REST,
    "Are the gateway's own refusals without CORS headers, so that a page cannot read them?",
    "AWS documents CORS headers on the integration's response, but not on the gateway's own responses.",
    CHOICE,
    ({ deployment: { corsOrigin = "" } }) => [
      [
        get(NOWHERE, { headers: { Origin: corsOrigin } }),
        (answer) => (answer.by === "gateway" ? answer.headers["access-control-allow-origin"] === undefined : undefined),
      ],
    ],
  ),
  // An address from the range for documentation (RFC 5737), which no host has.
  probe(
    "forwarded",
    NO_REST,
    "Does a caller's own Forwarded header reach the service, in addition to the gateway's?",
    "AWS documents that the gateway adds Forwarded, but not what happens to an existing one.",
    CHOICE,
    () => [
      [
        open({ headers: { Forwarded: "for=192.0.2.1" } }),
        echoes(({ header }) => header("Forwarded")?.includes("192.0.2.1") ?? false),
      ],
    ],
  ),
  probe(
    "envoy-decides",
    ["envoy"],
    "Does Envoy serve a call that bypasses the gateway with a token that opens the route, and refuse another?",
    "Its rules are tested with a real Envoy; only this shows that Cloud Run runs Envoy with them.",
    "scopes are not enforced on a call that bypasses the gateway",
    (door) => [
      [open({ to: ofService(door) }), served],
      [{ ...closed(), to: ofService(door) }, isRefusal],
    ],
  ),
  {
    id: "refusal-in-access-log",
    kinds: FUNCTIONS,
    question: "Does the access log show the authorizer's decision when it refuses?",
    settles: "Whether $context.authorizer.KEY is set for a refused request is not documented.",
    plan: ({ logs }) => ({
      requests: [closed()],
      judge: async ([answer]) => {
        const id = answer?.requestId;
        if (logs === undefined || id === undefined) return couldNotTell("the response has no request id");
        return accessLineOf(logs, id).then((line) => {
          if (line === undefined) return couldNotTell(`the access log has no line of request ${id}`);
          const seen = `decision is ${JSON.stringify(line.decision)}`;
          if (line.decision === "forbidden") return confirmed(seen);
          return refuted(
            seen,
            "the access log does not say why a request was refused",
            "see docs/reference/log-fields.md",
          );
        }, whyUnread);
      },
    }),
  },
];

function decoded(path = ""): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
