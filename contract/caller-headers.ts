/** Start of the headers by which a service learns who calls: the gateway or Envoy alone writes them. */
export const CALLER_PREFIX = "X-Caller-";

export const CALLER_HEADERS = {
  subject: `${CALLER_PREFIX}Subject`,
  client: `${CALLER_PREFIX}Client`,
  scopes: `${CALLER_PREFIX}Scopes`,
  issuer: `${CALLER_PREFIX}Issuer`,
} as const;

/** The identity token for Cloud Run's own check. Cloud Run looks at no other credential when it is there. */
export const SERVICE_TOKEN_HEADER = "X-Serverless-Authorization";
export const REQUEST_ID_HEADER = "X-Request-Id";
export const ROUTE_HEADER = "X-Gateway-Route";

/** All that a service may believe about a request. */
export const TRUSTED_HEADERS: readonly string[] = [...Object.values(CALLER_HEADERS), ROUTE_HEADER, REQUEST_ID_HEADER];

/** By header: the key of the authorizer's answer that holds its value. */
const FROM_ANSWER = {
  [SERVICE_TOKEN_HEADER]: "googleAuthorization",
  [CALLER_HEADERS.subject]: "subject",
  [CALLER_HEADERS.client]: "client",
  [CALLER_HEADERS.scopes]: "scopes",
  [CALLER_HEADERS.issuer]: "issuer",
} as const;

const fromAnswer = (start: string) =>
  Object.fromEntries(Object.entries(FROM_ANSWER).map(([header, key]) => [header, `${start}${key}`]));

/**
 * What an HTTP API writes from its Lambda authorizer's answer, over what the caller sent. `Authorization` stays the
 * caller's own: API Gateway reserves it, and Cloud Run ignores it.
 */
export const HTTP_ANSWER_HEADERS: Readonly<Record<string, string>> = fromAnswer("$context.authorizer.");

/** What an HTTP API writes itself. Per request, and so never from an authorizer, whose answer may be replayed. */
export const HTTP_GATEWAY_HEADERS = {
  [REQUEST_ID_HEADER]: "$context.requestId",
  [ROUTE_HEADER]: "$context.routeKey",
} as const;

/** All that a REST API writes to a method's requests. `requestId` would not do: a caller may choose it. */
export function restHeaders(routeKey: string): Readonly<Record<string, string>> {
  const { [SERVICE_TOKEN_HEADER]: token = "", ...caller } = fromAnswer("context.authorizer.");
  return {
    [SERVICE_TOKEN_HEADER]: token,
    [REQUEST_ID_HEADER]: "context.extendedRequestId",
    ...caller,
    [ROUTE_HEADER]: `'${routeKey}'`,
  };
}

/** Headers by which frameworks and proxies let a caller change method or path after the gateway has authorized them. */
export const REROUTING_HEADERS: readonly string[] = [
  "X-Forwarded-Prefix",
  "X-HTTP-Method",
  "X-HTTP-Method-Override",
  "X-Method-Override",
  "X-Original-URI",
  "X-Original-URL",
  "X-Rewrite-URL",
  "X-Script-Name",
];

/** HTTP APIs keep these to themselves, make a `Forwarded` header of them, and may refuse a mapping of one. */
export const RESERVED_BY_HTTP_API = /^X-Forwarded-/;

/** CGI's own variables. gunicorn before 22 takes a header `SCRIPT_NAME` for the variable, and serves another path by it. */
export const CGI_VARIABLES: readonly string[] = ["PATH_INFO", "REMOTE_USER", "REQUEST_URI", "SCRIPT_NAME"];
