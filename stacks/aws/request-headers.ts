import {
  CALLER_HEADERS,
  CGI_VARIABLES,
  REQUEST_ID_HEADER,
  REROUTING_HEADERS,
  RESERVED_BY_HTTP_API,
  ROUTE_HEADER,
  SERVICE_TOKEN_HEADER,
} from "../../contract/caller-headers";

/** Headers that services trust as written by the gateway or Envoy. */
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
 * Headers that an HTTP API removes from each request, including every spelling with underscores. Servers that turn
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
 * Headers that a REST API forwards empty, because it cannot remove any. Underscore spellings of headers it writes
 * itself are not included: a server that joins both would read a value with a comma.
 */
export const EMPTIED_HEADERS: readonly string[] = [
  ...REROUTING_HEADERS,
  ...CGI_VARIABLES,
  ...REROUTING_HEADERS.map((name) => name.replaceAll("-", "_")),
].sort();

/** Request parameters of an HTTP API that overwrite these headers of the caller. */
export function overwriting(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [`overwrite:header.${name}`, value]));
}

/** Request parameters of an HTTP API that remove these headers. */
export function removing(names: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(names.map((name) => [`remove:header.${name}`, "''"]));
}

/** Every spelling of a name with at least one underscore. */
function withUnderscores(name: string): readonly string[] {
  const [first = "", ...rest] = name.split("-");
  const all = rest.reduce((found, part) => found.flatMap((start) => [`${start}-${part}`, `${start}_${part}`]), [first]);
  return all.filter((each) => each !== name);
}
