import { boundSegments } from "../route-access";
import {
  byPrecedence,
  fullSegments,
  isLessSpecific,
  namesPartOf,
  patternOf,
  type RoutePattern,
} from "../route-pattern";
import { pathOf } from "../scope-claims";
import { scopesNamed } from "../scope-need";
import { type JsonObject, typed } from "./json";
import { ACCESS_NAMESPACE, JWT_FILTER, OWN_PATH_FILTER } from "./matchers";
import { accessOf, type Sidecar, type SidecarRoute } from "./policy";

/**
 * Maximum payload of an HTTP API, in bytes.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
 */
const REQUEST_BYTES = 10_485_760;

interface Entry {
  readonly route: SidecarRoute;
  readonly method: string;
  readonly path: RoutePattern;
}

/**
 * The service's routes in the gateway's order, one entry each. A request matches the same route as in the gateway, or
 * none. Entries before the routes of a path with a variable refuse requests that a server could read as a narrower
 * route.
 */
export function envoyRoutes({ routes, timeoutSeconds }: Sidecar): readonly JsonObject[] {
  const entries = routes.map(entryOf).sort(inOrder);
  const paths = new Map(entries.map(({ path }) => [path.key, path]));
  const guarded = new Set<string>();
  const found: JsonObject[] = [tooLarge(), notPlain()];
  for (const entry of entries) {
    const key = entry.path.key;
    const guard = guarded.has(key) ? undefined : ambiguous(entry.path, [...paths.values()]);
    guarded.add(key);
    if (guard !== undefined) found.push(guard);
    found.push(envoyRoute(entry, timeoutSeconds));
  }
  return found;
}

function entryOf(route: SidecarRoute): Entry {
  const [, method = "", path = ""] = /^([A-Z]+) (\/.*)$/.exec(route.key) ?? [];
  if (method === "" || method === "ANY") {
    throw new Error(
      `route ${route.key}: expected one method and a path, as in GET /orders/{id}; write ANY out as methods`,
    );
  }
  if (route.access !== "public" && scopesNamed(route.access.scopes).length === 0) {
    throw new Error(`route ${route.key}: no scope; expected at least one, or public`);
  }
  if (route.access !== "public" && boundSegments(route.key, route.access.where).some(({ segment }) => segment < 0)) {
    throw new Error(`route ${route.key}: where names a variable that the path does not have`);
  }
  return { route, method, path: patternOf(path) };
}

function inOrder(one: Entry, other: Entry): number {
  return byPrecedence(one.path, other.path) || (one.method < other.method ? -1 : Number(one.method > other.method));
}

function envoyRoute({ route, method, path }: Entry, timeoutSeconds: number): JsonObject {
  const access = accessOf(route);
  return {
    name: route.key,
    match: { ...pathMatch(path), headers: [{ name: ":method", string_match: { exact: method } }] },
    metadata: { filter_metadata: { ...accessMetadata(access), ...boundMetadata(route) } },
    route: { cluster: "app", timeout: `${timeoutSeconds}s` },
    ...(access === "public" && WITHOUT_TOKEN),
  };
}

const WITHOUT_TOKEN = {
  typed_per_filter_config: {
    [JWT_FILTER]: typed("filters.http.jwt_authn.v3.PerRouteConfig", { disabled: true }),
  },
};

function accessMetadata(access: string): JsonObject {
  return { [ACCESS_NAMESPACE]: { access } };
}

/** The script's data for a route: the segments that it compares with claims, by position in the path. */
function boundMetadata({ key, access }: SidecarRoute): JsonObject {
  const bound = access === "public" ? [] : boundSegments(key, access.where);
  const own = bound.map(({ segment, claim, list = false }) => [segment, { claim: [...pathOf(claim)], list }] as const);
  return own.length === 0 ? {} : { [OWN_PATH_FILTER]: { segments: Object.fromEntries(own) } };
}

function pathMatch(path: RoutePattern): JsonObject {
  return path.hasVariable ? { safe_regex: { regex: exactRegex(path) } } : { path: path.path };
}

/** Paths of a route with a variable that another route, of any method, could match under lenient matching. */
function ambiguous(path: RoutePattern, paths: readonly RoutePattern[]): JsonObject | undefined {
  if (!path.hasVariable) return undefined;
  const rivals = paths.filter((other) => other.key !== path.key && !isLessSpecific(other, path));
  const readings = rivals.flatMap((rival) => {
    const below = namesPartOf(rival, path);
    return couldClaim(rival, path, below) ? [looseRegex(rival, below)] : [];
  });
  if (readings.length === 0) return undefined;
  const regex = `(?:${readings.join("|")})(?:\\?.*)?`;
  return {
    name: `ambiguous ${path.path}`,
    match: { ...pathMatch(path), headers: [{ name: ":path", string_match: { safe_regex: { regex } } }] },
    direct_response: { status: 403 },
  };
}

/** First entry: refuses paths that servers could read in different ways. Later routes need no such check. */
function notPlain(): JsonObject {
  const path = { name: ":path", string_match: { safe_regex: { regex: plainRegex() } }, invert_match: true };
  return { name: "not plain", match: { prefix: "/", headers: [path] }, direct_response: { status: 403 } };
}

/** Refuses bodies over the limit. A body of unknown length is limited only by Cloud Run: 32 MiB over HTTP/1. */
function tooLarge(): JsonObject {
  const length = { name: "content-length", range_match: { start: REQUEST_BYTES + 1, end: Number.MAX_SAFE_INTEGER } };
  return {
    name: "too large",
    match: { prefix: "/", headers: [length] },
    metadata: { filter_metadata: accessMetadata("public") },
    direct_response: { status: 413 },
    ...WITHOUT_TOKEN,
  };
}

/*
 * A route's path as regular expressions (RE2) on the raw path that Envoy receives. The rules are those of the
 * authorizer's path rule (docs/adr/0009). Whatever a regular expression cannot decide with certainty is refused.
 */

/**
 * RFC 3986's characters of a segment without `%` and `;`. Some servers decode escapes and others do not, and some drop
 * path parameters.
 */
const CHARACTERS = "\\w~!$&'()*+,:=@-";

/** A segment that is not only dots. Servers drop such a segment or go up a level. */
const SEGMENT = `\\.*[${CHARACTERS}][.${CHARACTERS}]*`;

/**
 * Matches a whole `:path`, including the query, that all servers interpret alike. The other expressions rely on this
 * one.
 */
function plainRegex(): string {
  return `(?:/|(?:/${SEGMENT})+)(?:\\?.*)?`;
}

/** Matches a plain path as the gateway does, case-sensitively. */
function exactRegex({ segments }: RoutePattern): string {
  const parts = segments.map((segment) => {
    if (segment.kind === "literal") return `/${quoted(segment.text)}`;
    return segment.kind === "variable" ? "/[^/]+" : "/.+";
  });
  return parts.join("");
}

/**
 * Matches as the most lenient web framework might: in any case, with dots around a segment, and with an extension on
 * the last one. It matches a whole `:path`, so a query may follow. `below` also matches paths below it, for frameworks
 * that mount handlers.
 */
function looseRegex(pattern: RoutePattern, below: boolean): string {
  const full = fullSegments(pattern);
  const parts = full.map((segment, index) => {
    if (segment.kind === "variable") return "/[^/?]*";
    const beforeGreedy = full[index + 1]?.kind === "greedy";
    // After a literal, the text that follows marks its end: a greedy variable may be empty.
    if (segment.kind === "greedy") return full[index - 1]?.kind === "literal" ? "" : "(?:/[^?]*)?";
    const name = `/\\.*(?i:${quoted(folded(segment.text))})`;
    if (beforeGreedy) return `${name}(?:\\.[^/?]*|\\.*/[^?]*)?`;
    return `${name}${index === full.length - 1 ? EXTENSION : "\\.*"}`;
  });
  const isGreedy = full.at(-1)?.kind === "greedy";
  return `${parts.join("")}${below && !isGreedy ? "(?:/[^?]*)?" : ""}`;
}

const EXTENSION = "(?:\\.[^/?]*)?";

/**
 * Whether a path that `path` matches exactly could also match `other` leniently, as in `looseRegex`. False for most
 * pairs, which then need no rule.
 */
function couldClaim(other: RoutePattern, path: RoutePattern, below: boolean): boolean {
  const endless = path.segments.at(-1)?.kind === "greedy";
  for (const [index, segment] of other.segments.entries()) {
    if (segment.kind === "greedy") return true;
    const counterpart = path.segments[index] ?? (endless ? path.segments.at(-1) : undefined);
    if (counterpart === undefined) return false;
    if (segment.kind !== "literal" || counterpart.kind !== "literal") continue;
    const isLast = index === other.segments.length - 1 || other.segments[index + 1]?.kind === "greedy";
    const [wanted, found] = [folded(segment.text), folded(counterpart.text)];
    if (found !== wanted && !(isLast && found.startsWith(`${wanted}.`))) return false;
  }
  return below || endless || other.segments.length === path.segments.length;
}

function folded(text: string): string {
  return text.toLowerCase().replace(/^\.+|\.+$/g, "");
}

function quoted(text: string): string {
  return text.replace(/[^\w/-]/g, "\\$&");
}
