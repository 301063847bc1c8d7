import { replaceReferences } from "../terraform-json/references";
import type { Attributes } from "../terraform-json/stack-json";
import { typeOf, writtenOf } from ".";
import { coveredEverywhere } from "./covered";
import { argumentsIn } from "./meaning";

/** Arguments that order an apply, or are comments. */
const NOT_DEPLOYED: readonly string[] = ["//", "depends_on"];

/** Paths of all arguments that are set. */
export function argumentsOf(body: Attributes): readonly string[] {
  const declared = Object.entries(body).filter(([name]) => !NOT_DEPLOYED.includes(name));
  return [...new Set(declared.flatMap(([name, value]) => argumentsIn(value, name)))];
}

/** Arguments of a resource that no stack of this program sets for its type, and that may open something. */
export function unwrittenArguments(type: string, body: Attributes): readonly string[] {
  const written = writtenOf(type).arguments;
  const harmless = coveredEverywhere(type);
  return argumentsOf(body).filter((path) => !written.includes(path) && !harmless.some((each) => each.test(path)));
}

/** Terraform's own arguments that the stacks set. They are in no schema. */
const LIFECYCLE: readonly string[] = ["lifecycle.ignore_changes", "lifecycle.prevent_destroy"];

/** Whether the stacks of this program write the argument at this path, or a part of it. */
export function isWrittenPath(type: string, path: string): boolean {
  const plain = withoutIndices(path);
  return [...writtenOf(type).arguments, ...LIFECYCLE].some((each) => isWithin(plain, each) || isWithin(each, plain));
}

export function withoutIndices(path: string): string {
  return path.replace(/\[[^\]]*\]/g, "");
}

/** Whether a path is another one, or leads further into it. */
export function isWithin(path: string, other: string): boolean {
  return path === other || path.startsWith(`${other}.`);
}

/**
 * Finds the values of a resource in a form that no stack of this program uses: a function or a condition, a reference to
 * an attribute to which no stack refers there, a computed key, true or false as a text, or a list of bodies. Rows and
 * guards would misread all of these.
 *
 * @returns the values by their paths without indices
 */
export function unplainParts(type: string, body: Attributes): ReadonlyMap<string, unknown> {
  if (Array.isArray(body)) return new Map([["", body]]);
  // `lifecycle` is read separately.
  const skipped = [...NOT_DEPLOYED, "lifecycle", ...(typeOf(type).expressions ?? [])];
  const found = new Map<string, unknown>();
  for (const [name, value] of Object.entries(body)) {
    if (skipped.includes(name)) continue;
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
