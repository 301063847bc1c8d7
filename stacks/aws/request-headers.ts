import {
  CALLER_HEADERS,
  CGI_VARIABLES,
  REROUTING_HEADERS,
  RESERVED_BY_HTTP_API,
  ROUTE_HEADER,
} from "../../contract/caller-headers";

/** Headers by which a service or its framework decides who calls and what is called. */
const DECIDING = [...Object.values(CALLER_HEADERS), ROUTE_HEADER, ...REROUTING_HEADERS];

/**
 * Headers that an HTTP API removes from each request. Servers that turn headers into CGI variables (WSGI, Rack, PHP) read
 * `X_Caller_Subject` as `X-Caller-Subject`, so names by which a service decides are removed in every such spelling. API Gateway
 * documents no maximum of mappings; the list is as short as that allows.
 */
export const REMOVED_HEADERS: readonly string[] = [
  ...REROUTING_HEADERS.filter((name) => !RESERVED_BY_HTTP_API.test(name)),
  ...CGI_VARIABLES,
  ...DECIDING.flatMap(withUnderscores),
].sort();

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
