import type { AccessRow, RowTerms } from "../access/row";
import { compareText } from "./order";

/** Keys of the routes of a stack's APIs, by the kind of API: each kind chooses the route of a request in its own way. */
export interface RouteKeys {
  readonly http: readonly string[];
  readonly rest: readonly string[];
}

export interface Side {
  readonly rows: readonly AccessRow[];
  readonly keys: RouteKeys;
}

/**
 * Both ledgers by requests, where routes differ: of a route that goes, the next wider one takes the requests, and its rows
 * say who may make them; a comparison of rows alone would call that narrower. Rows of a route that one side alone has
 * become those of its requests, each under the route that takes it on either side.
 */
export function byRequests(before: Side, after: Side): readonly [readonly AccessRow[], readonly AccessRow[]] {
  const [old, young] = [routesOf(before.keys), routesOf(after.keys)];
  const differing = [...old, ...young].filter(({ key }) => !(has(old, key) && has(young, key)));
  if (differing.length === 0 || old.length === 0 || young.length === 0) return [before.rows, after.rows];
  // By the same name, whichever of the two comes first.
  const keys = [...old, ...young].map(({ key }) => key).sort(compareText);
  const named = new Map(keys.map((key) => [shapeOf(key), key]));
  const requests = new Map(
    differing
      .flatMap((route) => [...old, ...young].flatMap((other) => overlap(route, other)))
      .map(shapeOf)
      .map((shape) => [shape, routeOf(named.get(shape) ?? shape.replaceAll("{", "{any"))]),
  );
  const one = requestRows(before, [...requests.values()]);
  const other = requestRows(after, [...requests.values()]);
  const own = ({ rows, keys }: Side) => {
    const gone = new Set(differing.map(({ key }) => key).filter((key) => has(routesOf(keys), key)));
    return rows.filter(({ may }) => !gone.has(may));
  };
  return [
    [...own(before), ...unlike(one, other)],
    [...own(after), ...unlike(other, one)],
  ];
}

/** The rows of the routes that take these requests, with the request in place of the route. */
function requestRows({ rows, keys }: Side, requests: readonly Route[]): readonly AccessRow[] {
  const [http, rest] = [keys.http, keys.rest].map((some) => some.map(routeOf).sort(narrower)) as [Route[], Route[]];
  const byRoute = new Map<string, AccessRow[]>();
  for (const row of rows) byRoute.set(row.may, [...(byRoute.get(row.may) ?? []), row]);
  return requests.flatMap((request) => {
    const takers = new Set([takerOfHttp(http, request), takerOfRest(rest, request)]);
    return [...takers]
      .flatMap((key) => (key === undefined ? [] : (byRoute.get(key) ?? [])))
      .map((row) => ({ ...row, may: request.key, ...(row.terms && { terms: termsOf(request, row.terms) }) }));
  });
}

/** An answer that is kept for each path says no more of a request that has one path alone. */
function termsOf({ segments }: Route, { requires, ...terms }: RowTerms): RowTerms {
  const isOnePath = segments.every((segment) => breadth(segment) === 0);
  return { ...terms, ...(requires && { requires: requires.filter((term) => !(isOnePath && term === "path")) }) };
}

/** Rows without those that mean the same on the other side. */
function unlike(rows: readonly AccessRow[], others: readonly AccessRow[]): readonly AccessRow[] {
  const same = new Set(others.map(meaning));
  return rows.filter((row) => !same.has(meaning(row)));
}

function meaning({ who, may, on, under, terms }: AccessRow): string {
  return JSON.stringify([who, may, on, terms === undefined ? under : Object.entries(terms).sort()]);
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

function routesOf({ http, rest }: RouteKeys): readonly Route[] {
  return [...new Set([...http, ...rest])].map(routeOf);
}

function has(routes: readonly Route[], key: string): boolean {
  return routes.some((route) => route.key === key);
}

/** What a key is without the names of its variables. */
function shapeOf(key: string): string {
  return key.replace(/\{[^}+]*(\+?)\}/g, "{$1}");
}

/** The requests that two routes both fit, the narrowest that says so; none where they have none in common. */
function overlap(one: Route, other: Route): readonly string[] {
  const method = one.method === "ANY" ? other.method : one.method;
  if (other.method !== "ANY" && other.method !== method) return [];
  const path = overlapOf(one.segments, other.segments);
  return path === undefined ? [] : [`${method} /${path.join("/")}`];
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

/** Of routes in their order, the first that takes the request. A variable in it stands for a text that no route names. */
function takerOfHttp(routes: readonly Route[], request: Route): string | undefined {
  return routes.find((route) => takes(route, request) && takesMethod(route, request))?.key;
}

/** A REST API chooses by the path alone, and refuses a method that this path has not. */
function takerOfRest(routes: readonly Route[], request: Route): string | undefined {
  const [first] = routes.filter((route) => takes(route, request));
  const path = first?.segments.join("/");
  return routes.find(({ segments, ...route }) => segments.join("/") === path && takesMethod(route, request))?.key;
}

function takesMethod({ method }: Pick<Route, "method">, request: Route): boolean {
  return method === request.method || method === "ANY";
}

function takes({ segments }: Route, request: Route): boolean {
  return fits(segments, request.segments);
}

function fits(pattern: readonly string[], path: readonly string[]): boolean {
  const [a, b] = [pattern[0], path[0]];
  if (a === undefined || b === undefined) return pattern.length === path.length;
  if (breadth(a) === 2) return true;
  if (breadth(b) === 2 || (breadth(a) === 0 && a !== b)) return false;
  return fits(pattern.slice(1), path.slice(1));
}

/** A literal before a variable before a greedy one, segment by segment; of one path its own method before ANY. */
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
