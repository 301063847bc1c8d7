import { breadth, narrowFirst } from "./route-pattern";

/**
 * The route that API Gateway selects for a request. Review, rules, expectations and the local front door's matrix all ask
 * these functions.
 */
export interface RouteKeys {
  /** Route keys of HTTP APIs: `GET /orders/{id}`, `ANY /carts`, `$default`. */
  readonly http: readonly string[];
  /** Methods of REST APIs, in the same form. */
  readonly rest: readonly string[];
}

/** The keys of one API. */
export function keysOfOne(kind: keyof RouteKeys, keys: readonly string[]): RouteKeys {
  return { http: [], rest: [], [kind]: keys };
}

/** A route with a request that it takes. */
export interface Reached {
  readonly key: string;
  /** `GET /orders/7`: a method, and a path without variables. */
  readonly request: string;
}

/** One path of a route, or a set of requests in the same form. */
export interface RoutePath {
  readonly key: string;
  readonly method: string;
  readonly segments: readonly string[];
}

/** The methods that `ANY` stands for. */
const METHODS = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"] as const;

/** Replaces the method of a path that has none. */
export const NO_METHOD = "-";

/** A route of an HTTP API that takes whatever no other route takes. */
const DEFAULT = "$default";

/**
 * The routes that take a request of a target, each with one such request. Names of variables do not count, and a target
 * whose path a route does not name reaches the wider route that takes its requests.
 *
 * @param target a method or `ANY`, and a path or `*`: `GET /orders/{id}`, `POST *`
 * @param except targets whose requests do not count
 * @param text value of variables in the requests, if no route has it as a literal
 */
export function reachedBy(
  target: string,
  keys: RouteKeys,
  { except = [], text = "7" }: { readonly except?: readonly string[] | undefined; readonly text?: string } = {},
): readonly Reached[] {
  const known = knownIn(keys);
  const routes = [...known.http, ...withParents(known.rest)].flatMap(pathsOf);
  const common = pathsOf(target).flatMap((own) => routes.flatMap((route) => overlap(own, route)));
  // A path that the stack does not show may be any path.
  const unknown = [...keys.http, ...keys.rest].filter((key) => !isKnown(key)).map((key) => ({ key, request: target }));
  return [...taken(common, known, { target, except, text }), ...unknown];
}

/**
 * The routes that take the requests of a target which no narrower route names: for `GET /orders/{id}`, not
 * `GET /orders/export`. With the path `*`, every route that takes a request of the target.
 */
export function namedBy(target: string, keys: RouteKeys): readonly Reached[] {
  const known = knownIn(keys);
  const reached = reachedBy(target, known);
  if (target.endsWith(" *")) return reached;
  const methods = new Set(reached.map(({ request }) => request.split(" ")[0] ?? ""));
  const own = pathsOf(target).flatMap((path) => [...methods].map((method) => ({ ...path, method })));
  return taken(own, known, { target, except: [], text: "7" });
}

/** The first route of each kind of API that takes a request. Each kind selects by its own rules. */
export function takersIn({ http, rest }: RouteKeys): (request: Omit<RoutePath, "key">) => readonly string[] {
  const [ofHttp = [], ofRest = []] = [http, withParents(rest)].map((some) => some.flatMap(pathsOf).sort(narrower));
  return (request) =>
    [...new Set([takerOfHttp(ofHttp, request), takerOfRest(ofRest, request)])].filter((key) => key !== undefined);
}

/** A REST API has a resource for each part of a path. One without a method refuses, even if a wider path would match. */
export function withParents(keys: readonly string[]): readonly string[] {
  return keys.flatMap((key) => {
    const [{ segments } = { segments: [] }] = pathsOf(key);
    return [key, ...segments.slice(1).map((_, index) => `${NO_METHOD} /${segments.slice(0, index + 1).join("/")}`)];
  });
}

/** The paths of a route key or of a target. `$default` and `*` are the root and everything below. */
export function pathsOf(key: string): readonly RoutePath[] {
  const [method = "", path = ""] = key === DEFAULT ? ["ANY", "*"] : key.split(" ", 2);
  const paths = path === "*" ? ["/", "/{any+}"] : [path];
  return paths.map((each) => ({ key, method, segments: each.slice(1).split("/") }));
}

/** The requests that two routes both match: the narrowest common path, with each method that both have. */
function overlap(one: RoutePath, other: RoutePath): readonly RoutePath[] {
  const segments = commonPath(one.segments, other.segments);
  return segments === undefined ? [] : methodsOf(one, other).map((method) => ({ key: "", method, segments }));
}

function methodsOf({ method: one }: RoutePath, { method: other }: RoutePath): readonly string[] {
  if (other === "ANY" || other === NO_METHOD) return one === "ANY" ? METHODS : [one];
  return one === "ANY" || one === other ? [other] : [];
}

/** The narrowest path that both match; undefined if no request matches both. */
export function commonPath(one: readonly string[], other: readonly string[]): readonly string[] | undefined {
  const [a, b] = [one[0], other[0]];
  if (a === undefined || b === undefined) return one.length === other.length ? [] : undefined;
  if ((a === "") !== (b === "")) return undefined;
  if (breadth(a) === 2) return [...(breadth(b) === 2 && one.length === other.length ? [a] : other)];
  if (breadth(b) === 2) return one;
  if (breadth(a) === 0 && breadth(b) === 0 && a !== b) return undefined;
  const rest = commonPath(one.slice(1), other.slice(1));
  return rest === undefined ? undefined : [breadth(a) === 0 ? a : b, ...rest];
}

/** The routes that take one request each of these sets, with a text that no route names for each variable. */
function taken(
  sets: readonly RoutePath[],
  keys: RouteKeys,
  {
    target,
    except,
    text: given,
  }: { readonly target: string; readonly except: readonly string[]; readonly text: string },
): readonly Reached[] {
  const takers = takersIn(keys);
  const all = [...keys.http, ...keys.rest, target, ...except].flatMap(pathsOf).map(({ segments }) => segments);
  const text = unlike(new Set(all.flat()), given);
  const longest = Math.max(...all.map(({ length }) => length)) + 1;
  const excluded = except.flatMap(pathsOf);
  const found = new Map<string, Reached>();
  for (const { method, segments } of sets) {
    for (const path of filled(segments, text, longest)) {
      const request = { method, segments: path };
      if (excluded.some((each) => takesMethod(each, request) && fits(each.segments, path))) continue;
      for (const key of takers(request)) {
        const known = found.get(key);
        if (known === undefined) found.set(key, { key, request: `${method} /${path.join("/")}` });
      }
    }
  }
  return [...found.values()];
}

/** The text, made longer until it is not among the known ones. */
function unlike(known: ReadonlySet<string>, text: string): string {
  return known.has(text) ? unlike(known, `${text}7`) : text;
}

/** Paths with a text for each variable; for a greedy one, of every length up to the longest. */
function filled(segments: readonly string[], text: string, longest: number): readonly (readonly string[])[] {
  const path = segments.map((segment) => (breadth(segment) === 0 ? segment : text));
  if (breadth(segments.at(-1) ?? "") !== 2) return [path];
  const more = Math.max(longest - path.length, 0);
  return Array.from({ length: more + 1 }, (_, index) => [...path, ...Array<string>(index).fill(text)]);
}

function knownIn({ http, rest }: RouteKeys): RouteKeys {
  return { http: http.filter(isKnown), rest: rest.filter(isKnown) };
}

/** Whether the stack shows the whole path of a route. */
function isKnown(key: string): boolean {
  return key === DEFAULT || (/^\S+ \//.test(key) && !key.includes("${"));
}

/** The first route, in order, that takes the request. A variable in the request represents a text that no route names. */
function takerOfHttp(routes: readonly RoutePath[], request: Omit<RoutePath, "key">): string | undefined {
  return routes.find((route) => fits(route.segments, request.segments) && takesMethod(route, request))?.key;
}

/** A REST API chooses by the path alone, and refuses a method that the chosen path lacks. */
function takerOfRest(routes: readonly RoutePath[], request: Omit<RoutePath, "key">): string | undefined {
  const [first] = routes.filter((route) => fits(route.segments, request.segments));
  const path = first?.segments.join("/");
  return routes.find(({ segments, ...route }) => segments.join("/") === path && takesMethod(route, request))?.key;
}

export function takesMethod({ method }: Pick<RoutePath, "method">, request: Pick<RoutePath, "method">): boolean {
  return method === request.method || method === "ANY";
}

/** Whether a path of texts, or of variables for any text, matches a pattern. A variable matches no empty text. */
function fits(pattern: readonly string[], path: readonly string[]): boolean {
  const [a, b] = [pattern[0], path[0]];
  if (a === undefined || b === undefined) return pattern.length === path.length;
  if (breadth(a) > 0 && b === "") return false;
  if (breadth(a) === 2) return true;
  if (breadth(b) === 2 || (breadth(a) === 0 && a !== b)) return false;
  return fits(pattern.slice(1), path.slice(1));
}

/** Narrow before wide; on the same path, a specific method before ANY; `$default` last. */
export function narrower(one: RoutePath, other: RoutePath): number {
  if ((one.key === DEFAULT) !== (other.key === DEFAULT)) return one.key === DEFAULT ? 1 : -1;
  return narrowFirst(one.segments, other.segments) || Number(one.method === "ANY") - Number(other.method === "ANY");
}
