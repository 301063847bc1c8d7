/** By these, frameworks and the proxies they expect let a caller change method or path after the gateway has authorized them. */
const REROUTING = [
  "X-Forwarded-Prefix",
  "X-HTTP-Method",
  "X-HTTP-Method-Override",
  "X-Method-Override",
  "X-Original-URI",
  "X-Original-URL",
  "X-Rewrite-URL",
  "X-Script-Name",
] as const;

/** CGI's own variables. gunicorn before 22 takes a header `SCRIPT_NAME` for the variable, and serves another path by it. */
const CGI_VARIABLES = ["PATH_INFO", "REMOTE_USER", "REQUEST_URI", "SCRIPT_NAME"] as const;

/** What services read as the gateway's or Envoy's word. */
const WRITTEN = [
  "X-Caller-Client",
  "X-Caller-Issuer",
  "X-Caller-Scopes",
  "X-Caller-Subject",
  "X-Forwarded-For",
  "X-Forwarded-Host",
  "X-Forwarded-Proto",
  "X-Gateway-Route",
  "X-Request-Id",
  "X-Serverless-Authorization",
] as const;

/** HTTP APIs keep these to themselves, make a `Forwarded` header of them, and may refuse a mapping of one. */
const RESERVED = /^X-Forwarded-/;

/**
 * Headers that an HTTP API removes from each request. With them goes every spelling with underscores: servers that turn
 * headers into CGI variables (WSGI, Rack, PHP) read `X_Caller_Subject` as `X-Caller-Subject`.
 */
export const REMOVED_HEADERS: readonly string[] = [
  ...REROUTING,
  ...CGI_VARIABLES,
  ...[...REROUTING, ...WRITTEN].flatMap(withUnderscores),
]
  .filter((name) => !RESERVED.test(name))
  .sort();

/**
 * Headers that a REST API, which can remove none, hands on with nothing in them. Not the twins of what it writes itself: a
 * server that joins both would read a value with a comma.
 */
export const EMPTIED_HEADERS: readonly string[] = [
  ...REROUTING,
  ...CGI_VARIABLES,
  ...REROUTING.map((name) => name.replaceAll("-", "_")),
].sort();

/** Every spelling of a name with one underscore or more. */
function withUnderscores(name: string): readonly string[] {
  const [first = "", ...rest] = name.split("-");
  const all = rest.reduce((found, part) => found.flatMap((start) => [`${start}-${part}`, `${start}_${part}`]), [first]);
  return all.filter((each) => each !== name);
}
