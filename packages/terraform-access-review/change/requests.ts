import { type Fact, factKey } from "../model/fact";
import { type AccessRow, calledRoute, type RowTerms } from "../model/row";
import { compareText, groupedBy } from "../terraform-json/order";

export interface Side {
  readonly rows: readonly AccessRow[];
  /** Route keys of a stack's APIs, by kind of API, because each kind chooses the route of a request differently. */
  readonly keys: { readonly http: readonly string[]; readonly rest: readonly string[] };
}

/**
 * Both ledgers by requests, if their routes differ. After a route is removed, the next wider route takes its requests,
 * and that route's rows state the callers. A comparison of rows alone would report a narrower change. So the rows of a
 * route that only one side has become rows of its requests, with the callers of the route that takes them on each side.
 */
export function byRequests(before: Side, after: Side): readonly [readonly AccessRow[], readonly AccessRow[]] {
  const [keysBefore, keysAfter] = [keysOf(before), keysOf(after)];
  if (keysBefore.size === 0 || keysAfter.size === 0) return [before.rows, after.rows];
  // Sorted, so that the names do not depend on which side comes first.
  const keys = [...new Set([...keysBefore.keys(), ...keysAfter.keys()])].sort(compareText);
  const differing = new Set(keys.filter((key) => keysBefore.get(key) !== keysAfter.get(key)));
  if (differing.size === 0) return [before.rows, after.rows];
  const named = new Map(keys.map((key) => [shapeOf(key), key]));
  const routes = keys.map(routeOf);
  const requests = new Map(
    routes
      .filter(({ key }) => differing.has(key))
      .flatMap((route) => routes.flatMap((other) => overlap(route, other)))
      .map(shapeOf)
      .map((shape) => [shape, routeOf(named.get(shape) ?? shape.replaceAll("{", "{any"))]),
  );
  const takers = [takersOf(before), takersOf(after)] as const;
  const moved = distinct([...requests.values()], (request) => takers.map((taken) => taken(request)));
  const [rowsBefore = [], rowsAfter = []] = [before, after].map(({ rows }, side) =>
    requestRows(rows, moved, takers[side as 0 | 1]),
  );
  const others = ({ rows }: Side, own: ReadonlyMap<string, unknown>) =>
    rows.filter((row) => {
      const key = calledRoute(row);
      return key === undefined || !(differing.has(key) && own.has(key));
    });
  const known = new Map(rowsBefore.map((row) => [meaning(row), row]));
  return [
    [...others(before, keysBefore), ...rowsBefore],
    // A row with the same meaning gets the words of the first side, so that it counts as unchanged.
    [...others(after, keysAfter), ...rowsAfter.map((row) => known.get(meaning(row)) ?? row)],
  ];
}

/** The keys of a side, each with the kinds of API that have it. */
function keysOf({ keys: { http, rest } }: Side): ReadonlyMap<string, string> {
  const kinds = new Map(http.map((key) => [key, "http"]));
  for (const key of new Set(withParents(rest))) kinds.set(key, `${kinds.get(key) ?? ""} rest`);
  return kinds;
}

/** Replaces the method of a path that has none. */
const NO_METHOD = "-";

/** A REST API has a resource for each part of a path. One without a method refuses, even if a wider path would match. */
function withParents(keys: readonly string[]): readonly string[] {
  return keys.flatMap((key) => {
    const parts = routeOf(key).segments;
    return [key, ...parts.slice(1).map((_, index) => `${NO_METHOD} /${parts.slice(0, index + 1).join("/")}`)];
  });
}

/** Returns the keys of the routes that take a request: at most one per kind of API. */
type Takers = (request: Route) => readonly string[];

function takersOf({ keys }: Side): Takers {
  const [http = [], rest = []] = [keys.http, withParents(keys.rest)].map((some) => some.map(routeOf).sort(narrower));
  return (request) =>
    [...new Set([takerOfHttp(http, request), takerOfRest(rest, request)])].filter((key) => key !== undefined);
}

/** One request of each group that the same routes take on both sides: the route itself, if it is in the group. */
function distinct(requests: readonly Route[], takers: (request: Route) => readonly (readonly string[])[]) {
  const found = new Map<string, Route>();
  for (const request of requests) {
    const taken = takers(request);
    const known = found.get(JSON.stringify(taken));
    if (known === undefined || taken.flat().includes(request.key)) found.set(JSON.stringify(taken), request);
  }
  return [...found.values()];
}

/** The rows of the routes that take these requests, with the request in place of the route. */
function requestRows(rows: readonly AccessRow[], requests: readonly Route[], takers: Takers): readonly AccessRow[] {
  const byRoute = groupedBy(rows, calledRoute);
  return requests.flatMap((request) =>
    takers(request)
      .flatMap((key) => byRoute.get(key) ?? [])
      .map((row) => {
        const action = { kind: "call", key: request.key } as const;
        return { ...row, action, ...(row.terms && { terms: termsOf(request, row.terms) }) };
      }),
  );
}

/** Omits the cache key's path for a request with a single path, because it makes no difference there. */
function termsOf({ segments }: Route, { requires, ...terms }: RowTerms): RowTerms {
  const isOnePath = segments.every((segment) => breadth(segment) === 0);
  const isPath = (term: Fact) => term.kind === "cache-key" && term.part === "path";
  return { ...terms, ...(requires && { requires: requires.filter((term) => !isOnePath || !isPath(term)) }) };
}

function meaning({ principal, action, resource, conditions, terms }: AccessRow): string {
  return factKey([principal, action, resource, terms ?? conditions]);
}

interface Route {
  readonly key: string;
  readonly method: string;
  readonly segments: readonly string[];
}

function routeOf(key: string): Route {
  const [method = "", path = ""] = key.split(" ", 2);
  return { key, method, segments: path.slice(1).split("/") };
}

/** A key without the names of its variables. */
function shapeOf(key: string): string {
  return key.replace(/\{[^}+]*(\+?)\}/g, "{$1}");
}

/**
 * The requests that two routes both match: the narrowest common path, with the method of either. For a REST API, a path
 * that has only another method counts too.
 */
function overlap(one: Route, other: Route): readonly string[] {
  const path = overlapOf(one.segments, other.segments);
  if (path === undefined) return [];
  const methods = new Set([one.method, other.method]);
  methods.delete(NO_METHOD);
  return [...methods].map((method) => `${method} /${path.join("/")}`);
}

function overlapOf(one: readonly string[], other: readonly string[]): readonly string[] | undefined {
  const [a, b] = [one[0], other[0]];
  if (a === undefined || b === undefined) return one.length === other.length ? [] : undefined;
  if (breadth(a) === 2) return [...(breadth(b) === 2 && one.length === other.length ? [a] : other)];
  if (breadth(b) === 2) return one;
  if (breadth(a) === 0 && breadth(b) === 0 && a !== b) return undefined;
  const rest = overlapOf(one.slice(1), other.slice(1));
  return rest === undefined ? undefined : [breadth(a) === 0 ? a : b, ...rest];
}

/** The first route, in order, that takes the request. A variable in the request represents a text that no route names. */
function takerOfHttp(routes: readonly Route[], request: Route): string | undefined {
  return routes.find((route) => fits(route.segments, request.segments) && takesMethod(route, request))?.key;
}

/** A REST API chooses by the path alone, and refuses a method that the chosen path lacks. */
function takerOfRest(routes: readonly Route[], request: Route): string | undefined {
  const [first] = routes.filter((route) => fits(route.segments, request.segments));
  const path = first?.segments.join("/");
  return routes.find(({ segments, ...route }) => segments.join("/") === path && takesMethod(route, request))?.key;
}

function takesMethod({ method }: Pick<Route, "method">, request: Route): boolean {
  return method === request.method || method === "ANY";
}

function fits(pattern: readonly string[], path: readonly string[]): boolean {
  const [a, b] = [pattern[0], path[0]];
  if (a === undefined || b === undefined) return pattern.length === path.length;
  if (breadth(a) === 2) return true;
  if (breadth(b) === 2 || (breadth(a) === 0 && a !== b)) return false;
  return fits(pattern.slice(1), path.slice(1));
}

/** A literal before a variable before a greedy one, segment by segment; on the same path, a specific method before ANY. */
function narrower(one: Route, other: Route): number {
  for (let index = 0; index < Math.max(one.segments.length, other.segments.length); index += 1) {
    const difference = breadth(one.segments[index] ?? "") - breadth(other.segments[index] ?? "");
    if (difference !== 0) return difference;
  }
  return Number(one.method === "ANY") - Number(other.method === "ANY");
}

function breadth(segment: string): 0 | 1 | 2 {
  if (segment.endsWith("+}")) return 2;
  return segment.startsWith("{") ? 1 : 0;
}
