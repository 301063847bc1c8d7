import type { Decisions } from "../../trace/trace";
import { remarkChoice, type UndocumentedChoice } from "../shared/undocumented";

const NEEDS_TOKEN = "front-door verify has only tokens as their issuers sign them";

export const UNDOCUMENTED = [
  {
    id: "path-decoding",
    chosen: "a path is decoded once before routes are matched, so an escaped slash splits segments",
    probe: "path-decoding",
  },
  { id: "path-undecodable", chosen: "a path that cannot be decoded is answered 400", probe: "path-undecodable" },
  {
    id: "path-dots",
    chosen: "dot segments and empty segments are treated like other segments, and are forwarded",
    probe: "path-tricks",
  },
  {
    id: "path-on-the-wire",
    chosen: "the service gets the decoded path: a decoded question mark starts a query there",
    probe: "path-question-mark",
  },
  {
    id: "mapping-missing-key",
    chosen: "a mapping whose value is missing is skipped, so that the caller's own header passes",
    probe: "mapping-keys",
  },
  {
    id: "forwarded",
    chosen: "a caller's Forwarded and X-Forwarded-For are kept, and come first in Forwarded",
    probe: "forwarded",
  },
  {
    id: "identity-source-empty",
    chosen: "an empty identity source counts as missing: 401 without a call of the function",
    probe: "no-token",
  },
  {
    id: "identity-source-context",
    chosen: "identity sources of only context and stage variables are enough: the function is called",
    probe: "public-route-key",
  },
  {
    id: "cache-errors",
    chosen: "only decisions are cached: after an error, the next request calls the function again",
    noProbe: "the authorizer would have to fail, and a probe cannot cause that from outside",
  },
  {
    id: "cache-concurrent",
    chosen: "requests that arrive before the first one is answered call the function themselves",
    noProbe: "only the function's own log shows how often it was called, and probes send one request after another",
  },
  {
    id: "refusal-context",
    chosen: "the access log has no $context.authorizer.KEY for a refused request",
    probe: "refusal-in-access-log",
  },
  {
    id: "preflight-route",
    chosen: "a route that matches OPTIONS gets the preflight, and its authorizer refuses it",
    probe: "preflight",
  },
  {
    id: "preflight-foreign-origin",
    chosen: "a preflight from an undeclared origin gets 204 without any CORS header",
    probe: "preflight",
  },
  {
    id: "cors-own-answers",
    chosen: "the gateway's own answers, such as 401 and 429, have no CORS headers: a page cannot read them",
    probe: "cors-own-answers",
  },
  {
    id: "throttle-shared",
    chosen: "preflights, and all routes without their own throttle, share one bucket of the stage",
    noProbe: "front-door verify generates no load, and if it emptied a shared bucket, other callers would be refused",
  },
  {
    id: "throttle-order",
    chosen: "a request takes its token from the bucket after its route is found and before the authorizer is called",
    noProbe: "front-door verify generates no load, and only a throttled request would show the order",
  },
  {
    id: "size-status",
    chosen:
      "headers that are too large (names included) get 431, a body over 10,000,000 bytes 413, such a response 500",
    noProbe:
      "front-door verify sends GET and OPTIONS without a body; Cloud Run and Google's front end have their own limits",
  },
  {
    id: "integration-failure",
    chosen: "a service that cannot be reached or is too slow gives 503, not 504",
    noProbe: "the service would have to be unreachable, or slower than the integration's timeout",
  },
  { id: "request-id", chosen: "apigw-requestid is in every response, including refusals", probe: "request-id" },
  {
    id: "access-log-text",
    chosen: "an absent value is a hyphen, and values are inserted unchanged, not escaped for JSON",
    noProbe: "the probe reads lines through CloudWatch Logs Insights, which shows fields, not the line as written",
  },
  {
    id: "jwt-scheme",
    chosen: "a token may follow Bearer, in any upper or lower case, or stand alone",
    noProbe: NEEDS_TOKEN,
  },
  {
    id: "jwt-missing-times",
    chosen: "a token without exp, nbf or iat passes that check: it never expires",
    noProbe: NEEDS_TOKEN,
  },
  {
    id: "jwt-crit",
    chosen: "a token with critical extensions is refused with 401, as RFC 7515 requires",
    noProbe: NEEDS_TOKEN,
  },
  {
    id: "jwt-scope-forms",
    chosen: "scope and scp both count, each as a string with spaces or as a list",
    noProbe: NEEDS_TOKEN,
  },
  {
    id: "jwt-scope-status",
    chosen: "a valid token without any of the route's scopes gets 403 with insufficient_scope, any other fault 401",
    noProbe: NEEDS_TOKEN,
  },
  {
    id: "jwt-keys-kept",
    chosen:
      "keys are cached for two hours, the documented maximum, even if a token names an unknown key; a failed fetch is not cached",
    noProbe: "an issuer would have to change its keys",
  },
  {
    id: "jwt-claims-text",
    chosen: "claims are strings in $context: a list as [a b], an object as JSON",
    noProbe: "only mappings and the access log show them, and front-door verify changes neither",
  },
] as const satisfies readonly UndocumentedChoice[];

export type UndocumentedId = (typeof UNDOCUMENTED)[number]["id"];

/** Names the choice in the trace, if it made a difference to a request. */
export function traceChoice(trace: Decisions, id: UndocumentedId, declaration?: string): void {
  remarkChoice(trace, UNDOCUMENTED, id, declaration);
}
