import type { Decisions } from "../../trace/trace";
import { remarkChoice, type UndocumentedChoice } from "../shared/undocumented";

const NEEDS_TOKEN = "verify:live's callers have tokens as their issuers make them, and no others";

export const UNDOCUMENTED = [
  {
    id: "path-decoding",
    chosen: "a path is decoded once before routes are matched, so an escaped slash splits segments",
    probe: "path-decoding",
  },
  { id: "path-undecodable", chosen: "a path that cannot be decoded is answered 400", probe: "path-undecodable" },
  {
    id: "path-dots",
    chosen: "dot segments and empty segments are segments like others, and are handed on",
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
    chosen: "a caller's Forwarded and X-Forwarded-For are believed and come first in Forwarded",
    probe: "forwarded",
  },
  {
    id: "identity-source-empty",
    chosen: "an identity source that is there and empty counts as missing: 401 without a call",
    probe: "identity-source-empty",
  },
  {
    id: "identity-source-context",
    chosen: "identity sources of context and stage variables alone are enough to ask the function",
    probe: "public-route-key",
  },
  {
    id: "cache-errors",
    chosen: "only yes and no are kept: after an error the next request asks the function again",
    noProbe: "the authorizer would have to fail, which a probe cannot make it do from outside",
  },
  {
    id: "cache-concurrent",
    chosen: "requests that arrive while the first one's answer is awaited ask the function themselves",
    noProbe: "how often the function was asked only its own log tells, and probes send one request after another",
  },
  {
    id: "refusal-context",
    chosen: "the access log has no $context.authorizer.KEY of a refused request",
    probe: "refusal-in-access-log",
  },
  {
    id: "preflight-route",
    chosen: "a route that matches OPTIONS by itself gets the preflight, and its authorizer refuses it",
    probe: "preflight",
  },
  {
    id: "preflight-foreign-origin",
    chosen: "a preflight of an origin that is not declared is answered 204 without any CORS header",
    probe: "preflight",
  },
  {
    id: "cors-own-answers",
    chosen: "the gateway's own answers, 401 and 429 among them, have no CORS headers: a page cannot read them",
    probe: "cors-own-answers",
  },
  {
    id: "throttle-shared",
    chosen: "all routes without a throttle of their own, and preflights, share one bucket of the stage",
    noProbe: "verify:live makes no load, and a shared bucket that it empties refuses other callers",
  },
  {
    id: "throttle-order",
    chosen: "a request takes its token once its route is found and before the authorizer is asked",
    noProbe: "verify:live makes no load: nothing but a throttled request shows what was asked before",
  },
  {
    id: "size-status",
    chosen: "too large a head (names counted as well) is 431, a body over 10,000,000 bytes 413, such a response 500",
    noProbe:
      "verify:live sends GET and OPTIONS without a body; Cloud Run and what is before it have limits of their own",
  },
  {
    id: "integration-failure",
    chosen: "a service that cannot be reached or is too slow is 503, not 504",
    noProbe: "the service would have to be out of reach or slower than the integration's timeout",
  },
  { id: "request-id", chosen: "apigw-requestid is in every response, refusals among them", probe: "request-id" },
  {
    id: "access-log-text",
    chosen: "an absent value is a hyphen, and values are put in as they are, not escaped for JSON",
    noProbe: "the probe reads lines by CloudWatch Logs Insights, which shows fields and not the line as it was written",
  },
  {
    id: "jwt-scheme",
    chosen: "a token follows Bearer in any case, or stands alone",
    noProbe: NEEDS_TOKEN,
  },
  {
    id: "jwt-missing-times",
    chosen: "a token without exp, nbf or iat passes that check: it never expires",
    noProbe: NEEDS_TOKEN,
  },
  {
    id: "jwt-crit",
    chosen: "a token with critical extensions is refused with 401, as RFC 7515 asks",
    noProbe: NEEDS_TOKEN,
  },
  {
    id: "jwt-scope-forms",
    chosen: "scope and scp both count, each as a text with spaces or as a list",
    noProbe: NEEDS_TOKEN,
  },
  {
    id: "jwt-scope-status",
    chosen: "a good token without one of the route's scopes is 403 with insufficient_scope, any other fault 401",
    noProbe: NEEDS_TOKEN,
  },
  {
    id: "jwt-keys-kept",
    chosen: "keys are kept two hours, the documented most, whatever key a token names; a failed fetch is not kept",
    noProbe: "an issuer would have to change its keys",
  },
  {
    id: "jwt-claims-text",
    chosen: "claims are texts in $context: a list as [a b], an object as JSON",
    noProbe: "only mappings and the access log show them, and verify:live changes neither",
  },
] as const satisfies readonly UndocumentedChoice[];

export type UndocumentedId = (typeof UNDOCUMENTED)[number]["id"];

/** Names the choice in the trace, if it made a difference to a request. */
export function traceChoice(trace: Decisions, id: UndocumentedId, declaration?: string): void {
  remarkChoice(trace, UNDOCUMENTED, id, declaration);
}
