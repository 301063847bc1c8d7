import { canonical } from "../../terraform-json/order";
import type { Attributes } from "../../terraform-json/stack-json";
import { fields, list, NotUnderstood, only, type RefusalEntry, type RouteEntry, text, typeOf } from "./fields";
import { readingsOf } from "./readings";
import { pathRegex, routeKey, takes } from "./route-key";

export interface RouteTable {
  readonly routes: readonly RouteEntry[];
  readonly readings: readonly string[];
  readonly refusals: readonly string[];
  /** The target of calls, and their limits. */
  readonly onwards: readonly string[];
}

/** The table in Envoy's order: the first entry that matches applies. */
export function routeTable(entries: unknown): RouteTable {
  const found = list(entries, "the routes").map((entry) => fields(entry, "a route"));
  const isRefusal = (entry: Attributes) => "direct_response" in entry;
  const routes = found.filter((entry) => !isRefusal(entry)).map(routeOf);
  for (const [index, route] of routes.entries()) {
    const first = routes.slice(0, index).find((earlier) => takes(earlier, route));
    if (first !== undefined) throw new NotUnderstood(`${route.key} behind ${first.key}, which takes its calls`);
  }
  const refusals = found.flatMap((entry, index): readonly RefusalEntry[] => {
    if (!isRefusal(entry)) return [];
    const later = found.slice(index).filter((each) => !isRefusal(each));
    return [{ match: refusalOf(entry), before: later.map(({ name }) => String(name)), entry }];
  });
  const onwards = found.filter((entry) => !isRefusal(entry)).map(({ route }) => canonical(route));
  return { routes, ...readingsOf(routes, refusals), onwards: [...new Set(onwards)].sort() };
}

function routeOf(entry: Attributes): RouteEntry {
  const name = text(entry.name, "a route's name");
  const where = `the route ${name}`;
  const { match, metadata, route, typed_per_filter_config } = only(
    entry,
    ["name", "match", "metadata", "route", "typed_per_filter_config"],
    where,
  );
  only(route, ["cluster", "timeout"], where);
  const key = routeKey(name);
  if (key === undefined) throw new NotUnderstood(`${where}, which names no method and path`);
  const { headers, ...path } = only(match, ["headers", "path", "safe_regex"], where);
  const wanted = { headers: [{ name: ":method", string_match: { exact: key.method } }], ...pathRegex(key) };
  if (canonical(match) !== canonical(wanted)) throw new NotUnderstood(`what ${where} matches`);
  const { filter_metadata } = only(metadata, ["filter_metadata"], where);
  return { ...key, metadata: filter_metadata, path: canonical(path), isPublic: isOff(typed_per_filter_config, where) };
}

const JWT = "envoy.filters.http.jwt_authn";

/** Whether the token check is off, which is the only filter setting that a route may have. */
function isOff(filters: unknown, where: string): boolean {
  if (filters === undefined) return false;
  const filter = only(only(filters, [JWT], where)[JWT], ["@type", "disabled"], where);
  if (filter.disabled !== true || typeOf({ typed_config: filter }) !== "PerRouteConfig")
    throw new NotUnderstood(`filters of ${where}`);
  return true;
}

function refusalOf(entry: Attributes): Attributes {
  const where = `the entry ${entry.name}`;
  const { match, direct_response } = only(
    entry,
    ["name", "match", "metadata", "direct_response", "typed_per_filter_config"],
    where,
  );
  if (!(direct_response?.status >= 400)) throw new NotUnderstood(`the answer of ${where}`);
  return fields(match, where);
}
