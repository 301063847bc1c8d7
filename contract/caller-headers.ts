/** Prefix of the headers that identify the caller to a service. Only the gateway or Envoy writes them. */
export const CALLER_PREFIX = "X-Caller-";

export const CALLER_HEADERS = {
  subject: `${CALLER_PREFIX}Subject`,
  client: `${CALLER_PREFIX}Client`,
  actor: `${CALLER_PREFIX}Actor`,
  scopes: `${CALLER_PREFIX}Scopes`,
  issuer: `${CALLER_PREFIX}Issuer`,
} as const;

/** Header with the identity token for Cloud Run's own check. If it is set, Cloud Run ignores all other credentials. */
export const SERVICE_TOKEN_HEADER = "X-Serverless-Authorization";
export const REQUEST_ID_HEADER = "X-Request-Id";
export const ROUTE_HEADER = "X-Gateway-Route";

/** The only headers that a service may trust. */
export const TRUSTED_HEADERS: readonly string[] = [...Object.values(CALLER_HEADERS), ROUTE_HEADER, REQUEST_ID_HEADER];

/** By header: the key of the authorizer's response that holds its value. */
const FROM_ANSWER = {
  [SERVICE_TOKEN_HEADER]: "googleAuthorization",
  [CALLER_HEADERS.subject]: "subject",
  [CALLER_HEADERS.client]: "client",
  [CALLER_HEADERS.actor]: "actor",
  [CALLER_HEADERS.scopes]: "scopes",
  [CALLER_HEADERS.issuer]: "issuer",
} as const;

const fromAnswer = (start: string) =>
  Object.fromEntries(Object.entries(FROM_ANSWER).map(([header, key]) => [header, `${start}${key}`]));

/**
 * Headers that an HTTP API overwrites with values from its Lambda authorizer's response. `Authorization` remains the
 * caller's: API Gateway reserves it, and Cloud Run ignores it.
 */
export const HTTP_ANSWER_HEADERS: Readonly<Record<string, string>> = fromAnswer("$context.authorizer.");

/**
 * Headers that an HTTP API writes itself. They differ per request, so they cannot come from an authorizer's response,
 * which may be cached.
 */
export const HTTP_GATEWAY_HEADERS = {
  [REQUEST_ID_HEADER]: "$context.requestId",
  [ROUTE_HEADER]: "$context.routeKey",
} as const;

/**
 * All headers that a REST API writes to a method's requests. `requestId` is not suitable, because a caller may choose
 * it.
 */
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

/** HTTP APIs reserve these headers, turn them into a `Forwarded` header, and may refuse to map one. */
export const RESERVED_BY_HTTP_API = /^X-Forwarded-/;

/**
 * CGI's own variables. gunicorn before 22 treats a header `SCRIPT_NAME` as the variable and serves a different path.
 */
export const CGI_VARIABLES: readonly string[] = ["PATH_INFO", "REMOTE_USER", "REQUEST_URI", "SCRIPT_NAME"];
