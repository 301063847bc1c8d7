import { replaceReferences } from "../terraform-json/references";
import type { Attributes } from "../terraform-json/stack-json";
import { typeOf, writtenOf } from ".";

/** Arguments that order an apply, are comments, or are read separately. */
const NOT_LOOKED_AT: readonly string[] = ["//", "depends_on", "lifecycle"];

/**
 * Finds where a resource is written differently from any stack of this program: with a function or a condition, with a
 * reference to an attribute that none refers to there, with a computed key, with true or false as a text, or as a list
 * of bodies. Rows and guards read none of these correctly.
 *
 * @returns the values by their paths without indices
 */
export function unplainParts(type: string, body: Attributes): ReadonlyMap<string, unknown> {
  if (Array.isArray(body)) return new Map([["", body]]);
  const { expressions = [] } = typeOf(type);
  const found = new Map<string, unknown>();
  for (const [name, value] of Object.entries(body)) {
    if (NOT_LOOKED_AT.includes(name) || expressions.includes(name)) continue;
    const known = writtenOf(type).refersTo[name] ?? [];
    for (const [path, leaf] of leavesOf(value, name)) if (!isPlain(leaf, path, known)) found.set(path, value);
  }
  return found;
}

/** Variables whose values people choose. */
const CHOSEN = /(^|\.)(env|labels|annotations|tags|tags_all|variables|triggers|attribute_mapping|dimensions)(\.|$)/;

function isPlain(leaf: string, path: string, known: readonly string[]): boolean {
  const rest = replaceReferences(leaf, ({ type, attribute }, written) =>
    known.includes(`${type}.${attribute}`) ? "" : written,
  );
  return !/[$%]\{/.test(rest) && (CHOSEN.test(path) || !/^(true|false)$/i.test(leaf));
}

/** Each text in a value; a key counts as a text if it is a template. */
function leavesOf(value: unknown, path: string): readonly (readonly [path: string, text: string])[] {
  if (typeof value === "string") return [[path, value]];
  if (Array.isArray(value)) return value.flatMap((item) => leavesOf(item, path));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [
    ...(/[$%]\{/.test(key) ? [[path, key] as const] : []),
    ...leavesOf(inner, `${path}.${key}`),
  ]);
}
