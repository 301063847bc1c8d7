import type { Attributes } from "../terraform-json/stack-json";
import { writtenOf } from ".";
import { coveredEverywhere } from "./harmless";

/** Maps, whose keys people choose. */
const MAP =
  /(^|\.)(annotations|attribute_mapping|dimensions|labels|limits|re(quest|sponse)_(parameters|templates)|tags|triggers|(stage_)?variables)$/;

/** Arguments that order an apply, or are comments. */
const NOT_DEPLOYED: readonly string[] = ["//", "depends_on"];

/** Paths of all arguments that are set. */
export function argumentsOf(body: Attributes): readonly string[] {
  const declared = Object.entries(body).filter(([name]) => !NOT_DEPLOYED.includes(name));
  return [...new Set(declared.flatMap(([name, value]) => pathsIn(value, name)))];
}

/** Arguments of a resource that no stack of this program sets for its type, and that may open something. */
export function unwrittenArguments(type: string, body: Attributes): readonly string[] {
  const written = writtenOf(type).arguments;
  const harmless = coveredEverywhere(type);
  return argumentsOf(body).filter(
    (path) => !written.includes(path) && !harmless.some((covered) => covered.path.test(path)),
  );
}

function pathsIn(value: unknown, path: string): readonly string[] {
  if (value === null || value === undefined || value === "") return [];
  if (Array.isArray(value)) return value.flatMap((item) => pathsIn(item, path));
  if (typeof value !== "object" || MAP.test(path)) return [path];
  return Object.entries(value).flatMap(([name, inner]) => pathsIn(inner, `${path}.${name}`));
}
