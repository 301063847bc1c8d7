import type { LocalTrace } from "../../trace/trace";
import { remarkChoice, type UndocumentedChoice } from "../shared/undocumented";

/**
 * Behaviour of REST APIs that AWS does not document, and the stand-in's choice: the reading that is worse for the
 * stack.
 */
export const REST_UNDOCUMENTED = [
  {
    id: "rest-path-match",
    chosen:
      "a path is split as it was sent; a literal part is compared decoded, and one slash at the end counts for nothing",
    noProbe:
      "the function compares the path with the very method again, so another match is refused, and no probe sees by whom",
  },
  {
    id: "rest-path-event",
    chosen: "the authorizer, context.path and the method's ARN have the path as it was sent, escapes included",
    noProbe: "the authorizer alone sees its event, and its log has no path",
  },
  {
    id: "rest-path-handed-on",
    chosen:
      "a path variable is decoded once and its percent signs are escaped again, as AWS notes: an escaped slash parts segments there, an escaped question mark begins a query",
    probe: "path-tricks",
  },
  {
    id: "rest-method-passed-over",
    chosen: "where the narrowest resource has no such method, a wider one that has it is called",
    noProbe: "it takes two routes of other methods that overlap, which an environment need not have",
  },
  {
    id: "rest-method-override",
    chosen: "X-HTTP-Method-Override, in any case, counts before routes are matched, whatever the method was",
    noProbe:
      "it takes two methods on one path that a caller has no scope for; the authorizer sees the one that is called",
  },
  {
    id: "rest-identity-repeated",
    chosen: "if an identity source occurs twice, or in two cases, only one value is part of the cache key",
    noProbe: "requests of verify:live have each header once",
  },
  {
    id: "rest-cache-errors",
    chosen: "policies alone are kept: after a thrown error, Unauthorized too, the next request asks the function again",
    noProbe: "how often the function was asked only its own log tells",
  },
  {
    id: "rest-header-twin",
    chosen: "a mapping overwrites the very name: what a caller sends in another case passes too, and before it",
    probe: "header-twins",
  },
  { id: "rest-header-empty", chosen: "a mapping of '' sends the header, empty", probe: "token-withheld" },
  {
    id: "rest-mapping-missing",
    chosen: "a mapping whose value is missing is skipped, so that the caller's own header passes",
    probe: "mapping-keys",
  },
  {
    id: "rest-forwarded",
    chosen: "a caller's X-Forwarded-For is kept, its address is appended; authorizer and service get both",
    noProbe: "nothing is decided by it: allowedNetworks are asked of the connection's own address",
  },
  {
    id: "rest-request-id",
    chosen: "context.requestId is what the caller sends as x-amzn-requestid",
    noProbe: "services and logs have extendedRequestId, which is the gateway's own",
  },
  {
    id: "rest-limits-order",
    chosen: "the authorizer is asked before any limit counts: a flood without a token reaches the function",
    noProbe: "verify:live makes no load",
  },
  {
    id: "rest-quota-counting",
    chosen:
      "a call counts to its quota once the plan's throttle let it pass, whatever comes of it; days begin at 0:00 UTC, weeks on Sunday",
    noProbe: "verify:live makes no load",
  },
  {
    id: "rest-messages",
    chosen: "messages of the gateway's own answers, where no gateway response sets them, are made up",
    noProbe: "the texts decide nothing",
  },
  {
    id: "rest-outside-stage",
    chosen: "a path outside the stage is 403 without any gateway response, CORS headers included",
    noProbe: "no part of the stack is outside its stage",
  },
  {
    id: "rest-mock-body",
    chosen: "a MOCK integration without a template for the caller's content type answers 500",
    noProbe: "preflights of browsers have no body",
  },
  {
    id: "rest-head-size",
    chosen: "too large a head (over 10,240 bytes) is 431 with the answer for 4xx",
    noProbe: "such a request is refused one way or the other",
  },
] as const satisfies readonly UndocumentedChoice[];

export type RestUndocumentedId = (typeof REST_UNDOCUMENTED)[number]["id"];

/** Names the choice in the trace, if it made a difference to a request. */
export function traceRestChoice(trace: LocalTrace, id: RestUndocumentedId, declaration?: string): void {
  remarkChoice(trace, REST_UNDOCUMENTED, id, declaration);
}
