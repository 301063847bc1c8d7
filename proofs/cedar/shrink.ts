import type { Compared } from "./compare";
import type { Drawn } from "./environment";

// biome-ignore lint/suspicious/noExplicitAny: the config as plain data
type Data = any;

type Compare = (drawn: Drawn) => Promise<readonly Compared[] | undefined>;

interface Difference {
  readonly drawn: Drawn;
  readonly first: Compared;
}

/** A smaller environment with the same difference: without each part of the config and each claim that it does not need. */
export async function shrunk(compare: Compare, drawn: Drawn, first: Compared): Promise<Difference> {
  const request = first.request;
  const whole = { ...drawn, requests: [request], base: drawn.config, overlay: {} };
  let best = (await differing(compare, whole)) ?? { drawn: { ...drawn, requests: [request] }, first };
  for (const path of [
    ...pathsIn(best.drawn.config, 4),
    ...pathsIn(request.presented.claims, 1).map((path) => ["", ...path]),
  ]) {
    const { config, requests } = best.drawn;
    const [own] = requests as [Drawn["requests"][number]];
    const [isClaim, ...rest] = path[0] === "" ? path : ["-", ...path];
    const isOfClaims = isClaim === "";
    const claims = isOfClaims ? without(own.presented.claims, rest) : own.presented.claims;
    const smaller = isOfClaims ? config : without(config, path);
    const presented = { ...own.presented, claims };
    const tried = { ...best.drawn, config: smaller, base: smaller, overlay: {}, requests: [{ ...own, presented }] };
    best = (await differing(compare, tried)) ?? best;
  }
  return best;
}

async function differing(compare: Compare, drawn: Drawn): Promise<Difference | undefined> {
  const [first] = (await compare(drawn).catch(() => undefined)) ?? [];
  return first?.differs ? { drawn, first } : undefined;
}

/** Paths of all keys down to a depth, the outer ones first. */
function pathsIn(object: Data, depth: number, before: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof object !== "object" || object === null || Array.isArray(object) || depth === 0) return [];
  const own = Object.keys(object).map((key) => [...before, key]);
  return [...own, ...Object.entries(object).flatMap(([key, value]) => pathsIn(value, depth - 1, [...before, key]))];
}

function without(object: Data, [key = "", ...rest]: readonly string[]): Data {
  const { [key]: value, ...others } = object;
  return rest.length === 0 || value === undefined ? others : { ...object, [key]: without(value, rest) };
}
