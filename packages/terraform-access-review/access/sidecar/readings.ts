import type { Attributes } from "../../terraform-json/stack-json";
import { hashed, type RefusalEntry, type RouteEntry } from "./fields";
import { samplePath } from "./route-key";

/**
 * A path with a variable also matches paths that servers may read as another route's, unless an earlier entry refuses
 * them. So each pair of paths is an alternative for callers: fewer pairs, or a pair that refuses more, open nothing.
 */
export function readingsOf(
  routes: readonly RouteEntry[],
  refusals: readonly RefusalEntry[],
): { readonly readings: readonly string[]; readonly refusals: readonly string[] } {
  const others: string[] = [];
  const guards = new Map<string, readonly string[]>();
  for (const refusal of refusals) {
    const guarded = guardedBy(refusal, routes);
    if (guarded === undefined) others.push(`${refusalText(refusal)}, ${placeOf(refusal, routes)}`);
    else guards.set(guarded.path, [...(guards.get(guarded.path) ?? []), ...guarded.readings]);
  }
  const wide = [...new Map(routes.filter(({ template }) => template.includes("{")).map((each) => [each.path, each]))];
  const narrow = [...new Map(routes.map((each) => [each.path, each])).values()];
  const readings = wide.flatMap(([path, { template }]) => {
    const guard = (guards.get(path) ?? []).map((reading) => ({ reading, of: readAs(reading) }));
    const left = new Set(guards.get(path) ?? []);
    const pairs = narrow.flatMap((rival) => {
      if (rival.path === path || !couldMeet(template, rival.template)) return [];
      const refused = guard.filter(({ of }) => of?.test(samplePath(rival))).map(({ reading }) => reading);
      for (const reading of refused) left.delete(reading);
      const but = refused.length === 0 ? "" : ` but for ${hashed([...refused].sort())}`;
      return [`${template} read as ${rival.template}${but}`];
    });
    // The entry refuses, but for which callers is not visible.
    others.push(...[...left].sort().map((reading) => `${template} but for ${hashed(reading)}`));
    return pairs;
  });
  return { readings: [...readings, ...orderOf(routes)].sort(), refusals: others.sort() };
}

/**
 * Whether some server could read a path of one as a path of the other: their literals are equal except for case, dots
 * and ends.
 */
function couldMeet(one: string, other: string): boolean {
  const [first, second] = [one, other].map((template) => template.slice(1).split("/")) as [string[], string[]];
  const name = (segment: string) => segment.toLowerCase().replace(/^\.+/, "").split(".")[0];
  return first.every((segment, index) => {
    const counterpart = second[index];
    const open = counterpart === undefined || segment.startsWith("{") || counterpart.startsWith("{");
    return open || name(segment) === name(counterpart);
  });
}

/** The order in which Envoy matches two routes of a method that both have variables, because a path may match both. */
function orderOf(routes: readonly RouteEntry[]): readonly string[] {
  return routes.flatMap((first, index) =>
    routes
      .slice(index + 1)
      .filter(({ method, template }) => method === first.method && template.includes("{"))
      .flatMap(({ key }) => (first.template.includes("{") ? [`${first.key} before ${key}`] : [])),
  );
}

/** The path that a refusal precedes, and the readings that it keeps from that path; undefined for any other refusal. */
function guardedBy({ match, before, entry }: RefusalEntry, routes: readonly RouteEntry[]) {
  const { headers = [], ...matched } = match;
  const [header, ...more] = [headers].flat();
  const guarded = routes.filter((route) => hashed(JSON.parse(route.path)) === hashed(matched));
  const [{ path = "" } = {}] = guarded;
  const isFirst = guarded.length > 0 && guarded.every(({ key }) => before.includes(key));
  if (!isFirst || header?.name !== ":path" || more.length > 0) return undefined;
  const regex = header.string_match?.safe_regex?.regex;
  const [, body] = /^\(\?:(.*)\)\(\?:\\\?\.\*\)\?$/.exec(String(regex)) ?? [];
  const plain = { name: ":path", string_match: { safe_regex: { regex } } };
  const { status } = (entry as { direct_response: { status: number } }).direct_response;
  const rest = Object.keys(entry as object).filter((key) => !["name", "match", "direct_response"].includes(key));
  if (body === undefined || hashed(header) !== hashed(plain) || status !== 403 || rest.length > 0) return undefined;
  return { path, readings: alternatives(body) };
}

/** The alternatives of an expression, split at the bars outside brackets. */
function alternatives(body: string): readonly string[] {
  const parts: string[] = [""];
  let depth = 0;
  for (const sign of body.match(/\\.|\[(?:\\.|[^\]])*\]|./gs) ?? []) {
    if (sign === "(") depth += 1;
    if (sign === ")") depth -= 1;
    if (sign === "|" && depth === 0) parts.push("");
    else parts[parts.length - 1] += sign;
  }
  return parts;
}

/** The expression of a reading, undefined if it is none. A flag makes it ignore case, because Node has no `(?i:…)`. */
function readAs(reading: string): RegExp | undefined {
  try {
    return new RegExp(`^(?:${reading.replaceAll("(?i:", "(?:")})$`, "i");
  } catch {
    return undefined;
  }
}

/** The paths that a refusal precedes: all or some. */
function placeOf({ before }: RefusalEntry, routes: readonly RouteEntry[]): string {
  return before.length === routes.length ? "first of all" : `before ${before.join(", ") || "nothing"}`;
}

/** A refusal as text with its whole content, so that different refusals have different texts. */
function refusalText({ entry, match }: RefusalEntry): string {
  const { name, ...rest } = entry as Attributes;
  return `${name ?? "refused"} ${hashed({ ...rest, match })}`;
}
