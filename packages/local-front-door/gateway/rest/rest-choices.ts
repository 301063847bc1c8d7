import type { LocalTrace } from "../../trace/trace";
import { remarkChoice, type UndocumentedChoice } from "../shared/undocumented";

/**
 * Behaviour of REST APIs that AWS does not document, and the stand-in's choice: the one that is worse for the stack.
 */
export const REST_UNDOCUMENTED = [
  {
    id: "rest-path-match",
    chosen: "a path is split as sent; a literal part is compared decoded, and one trailing slash is ignored",
  },
  {
    id: "rest-path-event",
    chosen:
      "the authorizer, context.path and the method's ARN have the path as sent, escapes included; of slashes at its beginning only context.path has more than one",
  },
  {
    id: "rest-path-handed-on",
    chosen:
      "a path variable is decoded once and its percent signs are escaped again, as AWS notes: at the service, an escaped slash separates segments, and an escaped question mark begins a query",
  },
  {
    id: "rest-method-passed-over",
    chosen: "if the narrowest resource lacks the method, a wider resource that has it is called",
  },
  {
    id: "rest-method-override",
    chosen: "X-HTTP-Method-Override, in upper or lower case, replaces any method before routes are matched",
  },
  {
    id: "rest-identity-repeated",
    chosen: "if an identity source occurs twice, or in different case, only one value is part of the cache key",
  },
  {
    id: "rest-cache-errors",
    chosen:
      "only policies are cached: after a thrown error, including Unauthorized, the next request calls the function again",
  },
  {
    id: "rest-header-twin",
    chosen: "a mapping overwrites only the exact name: a caller's header in another case passes too, and comes first",
  },
  { id: "rest-header-empty", chosen: "a mapping of '' sends the header with an empty value" },
  {
    id: "rest-mapping-missing",
    chosen: "a mapping whose value is missing is skipped, so that the caller's own header passes",
  },
  {
    id: "rest-forwarded",
    chosen: "a caller's X-Forwarded-For is kept, and the caller's address is appended; authorizer and service get both",
  },
  {
    id: "rest-request-id",
    chosen: "context.requestId is the caller's x-amzn-requestid, if it sends one",
  },
  {
    id: "rest-limits-order",
    chosen: "the authorizer is called before any limit applies: a flood without a token reaches the function",
  },
  {
    id: "rest-quota-counting",
    chosen:
      "a call that the plan's throttle allows counts towards the quota, even if it then fails; days begin at 0:00 UTC, weeks on Sunday",
  },
  {
    id: "rest-messages",
    chosen: "the gateway's own messages are made up, unless a gateway response sets them",
  },
  {
    id: "rest-outside-stage",
    chosen: "a path outside the stage gets 403 without any gateway response, and so without CORS headers",
  },
  {
    id: "rest-mock-body",
    chosen: "a MOCK integration without a template for the caller's content type answers 500",
  },
  {
    id: "rest-head-size",
    chosen: "headers that are too large (over 10,240 bytes) get 431 with the gateway response for 4xx",
  },
] as const satisfies readonly UndocumentedChoice[];

export type RestUndocumentedId = (typeof REST_UNDOCUMENTED)[number]["id"];

/** Names the choice in the trace, if it made a difference to a request. */
export function traceRestChoice(trace: LocalTrace, id: RestUndocumentedId, declaration?: string): void {
  remarkChoice(trace, REST_UNDOCUMENTED, id, declaration);
}
