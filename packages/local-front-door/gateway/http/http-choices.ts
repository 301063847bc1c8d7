import type { Decisions } from "../../trace/trace";
import { remarkChoice, type UndocumentedChoice } from "../shared/undocumented";

export const UNDOCUMENTED = [
  {
    id: "path-decoding",
    chosen: "a path is decoded once before routes are matched, so an escaped slash splits segments",
  },
  { id: "path-undecodable", chosen: "a path that cannot be decoded is answered 400" },
  {
    id: "path-dots",
    chosen: "dot segments and empty segments are treated like other segments, and are forwarded",
  },
  {
    id: "path-on-the-wire",
    chosen: "the service gets the decoded path: a decoded question mark starts a query there",
  },
  {
    id: "mapping-missing-key",
    chosen: "a mapping whose value is missing is skipped, so that the caller's own header passes",
  },
  {
    id: "forwarded",
    chosen: "a caller's Forwarded and X-Forwarded-For are kept, and come first in Forwarded",
  },
  {
    id: "identity-source-empty",
    chosen: "an empty identity source counts as missing: 401 without a call of the function",
  },
  {
    id: "identity-source-context",
    chosen: "identity sources of only context and stage variables are enough: the function is called",
  },
  {
    id: "cache-errors",
    chosen: "only decisions are cached: after an error, the next request calls the function again",
  },
  {
    id: "cache-concurrent",
    chosen: "requests that arrive before the first one is answered call the function themselves",
  },
  {
    id: "refusal-context",
    chosen: "the access log has no $context.authorizer.KEY for a refused request",
  },
  {
    id: "preflight-route",
    chosen: "a route that matches OPTIONS gets the preflight, and its authorizer refuses it",
  },
  {
    id: "preflight-foreign-origin",
    chosen: "a preflight from an undeclared origin gets 204 without any CORS header",
  },
  {
    id: "cors-own-answers",
    chosen: "the gateway's own answers, such as 401 and 429, have no CORS headers: a page cannot read them",
  },
  {
    id: "throttle-shared",
    chosen: "preflights, and all routes without their own throttle, share one bucket of the stage",
  },
  {
    id: "throttle-order",
    chosen: "a request takes its token from the bucket after its route is found and before the authorizer is called",
  },
  {
    id: "size-status",
    chosen:
      "headers that are too large (names included) get 431, a body over 10,000,000 bytes 413, such a response 500",
  },
  {
    id: "integration-failure",
    chosen: "a service that cannot be reached or is too slow gives 503, not 504",
  },
  { id: "request-id", chosen: "apigw-requestid is in every response, including refusals" },
  {
    id: "access-log-text",
    chosen: "an absent value is a hyphen, and values are inserted unchanged, not escaped for JSON",
  },
  {
    id: "jwt-scheme",
    chosen: "a token may follow Bearer, in any upper or lower case, or stand alone",
  },
  {
    id: "jwt-missing-times",
    chosen: "a token without exp, nbf or iat passes that check: it never expires",
  },
  {
    id: "jwt-crit",
    chosen: "a token with critical extensions is refused with 401, as RFC 7515 requires",
  },
  {
    id: "jwt-scope-forms",
    chosen: "scope and scp both count, each as a string with spaces or as a list",
  },
  {
    id: "jwt-scope-status",
    chosen: "a valid token without any of the route's scopes gets 403 with insufficient_scope, any other fault 401",
  },
  {
    id: "jwt-keys-kept",
    chosen:
      "keys are cached for two hours, the documented maximum, even if a token names an unknown key; a failed fetch is not cached",
  },
  {
    id: "jwt-claims-text",
    chosen: "claims are strings in $context: a list as [a b], an object as JSON",
  },
] as const satisfies readonly UndocumentedChoice[];

export type UndocumentedId = (typeof UNDOCUMENTED)[number]["id"];

/** Names the choice in the trace, if it made a difference to a request. */
export function traceChoice(trace: Decisions, id: UndocumentedId, declaration?: string): void {
  remarkChoice(trace, UNDOCUMENTED, id, declaration);
}
