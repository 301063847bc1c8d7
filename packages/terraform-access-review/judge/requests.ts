import { breadth } from "../../../contract/route-pattern";
import {
  commonPath,
  NO_METHOD,
  pathsOf,
  type RouteKeys,
  type RoutePath,
  takersIn,
  withParents,
} from "../../../contract/route-selection";
import { type Fact, factId } from "../model/fact";
import { type AccessRow, calledRoute, type RowTerms } from "../model/row";
import { compareText, groupedBy } from "../terraform-json/order";

export interface Side {
  readonly rows: readonly AccessRow[];
  readonly keys: RouteKeys;
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
  const routes = keys.flatMap(pathsOf);
  const requests = new Map(
    routes
      .filter(({ key }) => differing.has(key))
      .flatMap((route) => routes.flatMap((other) => overlap(route, other)))
      .map(shapeOf)
      .flatMap((shape) =>
        pathsOf(named.get(shape) ?? shape.replaceAll("{", "{any")).map((path) => [shape, path] as const),
      ),
  );
  const takers = [takersIn(before.keys), takersIn(after.keys)] as const;
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

/** Returns the keys of the routes that take a request: at most one per kind of API. */
type Takers = (request: RoutePath) => readonly string[];

/** One request of each group that the same routes take on both sides: the route itself, if it is in the group. */
function distinct(requests: readonly RoutePath[], takers: (request: RoutePath) => readonly (readonly string[])[]) {
  const found = new Map<string, RoutePath>();
  for (const request of requests) {
    const taken = takers(request);
    const known = found.get(JSON.stringify(taken));
    if (known === undefined || taken.flat().includes(request.key)) found.set(JSON.stringify(taken), request);
  }
  return [...found.values()];
}

/** The rows of the routes that take these requests, with the request in place of the route. */
function requestRows(rows: readonly AccessRow[], requests: readonly RoutePath[], takers: Takers): readonly AccessRow[] {
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
function termsOf({ segments }: RoutePath, { requires, ...terms }: RowTerms): RowTerms {
  const isOnePath = segments.every((segment) => breadth(segment) === 0);
  const isPath = (term: Fact) => term.kind === "cache-key" && term.part === "path";
  return { ...terms, ...(requires && { requires: requires.filter((term) => !isOnePath || !isPath(term)) }) };
}

function meaning({ principal, action, resource, conditions, terms }: AccessRow): string {
  return [principal, action, resource, terms ?? conditions].map(factId).join();
}

/** A key without the names of its variables. */
function shapeOf(key: string): string {
  return key.replace(/\{[^}+]*(\+?)\}/g, "{$1}");
}

/**
 * The requests that two routes both match: the narrowest common path, with the method of either. For a REST API, a path
 * that has only another method counts too.
 */
function overlap(one: RoutePath, other: RoutePath): readonly string[] {
  const path = commonPath(one.segments, other.segments);
  if (path === undefined) return [];
  const methods = new Set([one.method, other.method]);
  methods.delete(NO_METHOD);
  return [...methods].map((method) => `${method} /${path.join("/")}`);
}
