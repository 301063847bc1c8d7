import {
  CALLER_HEADERS,
  CGI_VARIABLES,
  REQUEST_ID_HEADER,
  REROUTING_HEADERS,
  RESERVED_BY_HTTP_API,
  ROUTE_HEADER,
  SERVICE_TOKEN_HEADER,
} from "../../contract/caller-headers";

/** What services read as the gateway's or Envoy's word. */
const WRITTEN = [
  ...Object.values(CALLER_HEADERS),
  "X-Forwarded-For",
  "X-Forwarded-Host",
  "X-Forwarded-Proto",
  REQUEST_ID_HEADER,
  ROUTE_HEADER,
  SERVICE_TOKEN_HEADER,
];

/**
 * Headers that an HTTP API removes from each request. With them goes every spelling with underscores: servers that turn
 * headers into CGI variables (WSGI, Rack, PHP) read `X_Caller_Subject` as `X-Caller-Subject`.
 */
export const REMOVED_HEADERS: readonly string[] = [
  ...REROUTING_HEADERS,
  ...CGI_VARIABLES,
  ...[...REROUTING_HEADERS, ...WRITTEN].flatMap(withUnderscores),
]
  .filter((name) => !RESERVED_BY_HTTP_API.test(name))
  .sort();

/**
 * Headers that a REST API, which can remove none, hands on with nothing in them. Not the twins of what it writes itself: a
 * server that joins both would read a value with a comma.
 */
export const EMPTIED_HEADERS: readonly string[] = [
  ...REROUTING_HEADERS,
  ...CGI_VARIABLES,
  ...REROUTING_HEADERS.map((name) => name.replaceAll("-", "_")),
].sort();

/** Request parameters of an HTTP API that write these headers over what the caller sent. */
export function overwriting(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [`overwrite:header.${name}`, value]));
}

/** Request parameters of an HTTP API that remove these headers. */
export function removing(names: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(names.map((name) => [`remove:header.${name}`, "''"]));
}

/** Every spelling of a name with one underscore or more. */
function withUnderscores(name: string): readonly string[] {
  const [first = "", ...rest] = name.split("-");
  const all = rest.reduce((found, part) => found.flatMap((start) => [`${start}-${part}`, `${start}_${part}`]), [first]);
  return all.filter((each) => each !== name);
}
