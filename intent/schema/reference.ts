import * as z from "zod";
import type { Place } from "../model/problem";
import { formatPath, type Located, nearestNode, type Origin, type Path } from "../source/located";
import { configSchema } from "./config";
import { OPTIONAL_FILES } from "./optional-files";
import { unwrapped } from "./variants";

/** Pages of the reference: the keys of base.yaml and the environments, and those of the optional files of `config/`. */
export const CONFIG_PAGE = "docs/reference/config.md";
export const OPTIONAL_FILES_PAGE = "docs/reference/optional-files.md";

/** Where a value is written, and where the reference documents its key. */
export function documentedPlace(origin: Origin, path: Path): Place {
  const reference = referenceOf(origin.file, path);
  return { ...origin, path: formatPath(path), ...(reference !== undefined && { reference }) };
}

/** The place of a value, for errors that are found later in the program. */
export function placeAt(root: Located, path: Path): Place {
  return documentedPlace(nearestNode(root, path).origin, path);
}

/** The entries of a list with their places. */
export function placed<T extends object>(entries: readonly T[], root: Located, list: Path): (T & { place: Place })[] {
  return entries.map((entry, index) => ({ ...entry, place: placeAt(root, [...list, index]) }));
}

/**
 * Page and anchor of a key: `docs/reference/config.md#services.scaling.max` for `services.orders.scaling.max`. An unknown
 * key has those of the map around it. Undefined if no known key is on the path, or for another file, such as an OpenAPI
 * document.
 */
export function referenceOf(file: string, path: Path): string | undefined {
  const [, name = ""] = /^config\/([^/]+)\.yaml$/.exec(file) ?? [];
  if (name === "" || path.length === 0) return undefined;
  const optional = OPTIONAL_FILES[name];
  if (optional) return `${OPTIONAL_FILES_PAGE}#${[name, ...namesOn(optional, path)].join(".")}`;
  const names = namesOn(configSchema, path);
  return names.length === 0 ? undefined : `${CONFIG_PAGE}#${names.join(".")}`;
}

/** The known keys on a path, without what people name: entries of maps, and numbers of list items. */
function namesOn(schema: z.core.$ZodType, [step, ...rest]: Path): readonly string[] {
  if (step === undefined) return [];
  const found = optionsOf(schema).map((option) => {
    if (option instanceof z.ZodRecord) return namesOn(option.valueType, rest);
    if (option instanceof z.ZodArray) return namesOn(option.element, rest);
    if (!(option instanceof z.ZodObject) || !Object.hasOwn(option.shape, step)) return [];
    return [String(step), ...namesOn(option.shape[step], rest)];
  });
  return found.reduce((longest, names) => (names.length > longest.length ? names : longest), []);
}

/** What a value may be: the schema itself, or each option of a union. */
function optionsOf(schema: z.core.$ZodType): readonly z.core.$ZodType[] {
  const inner = unwrapped(schema);
  return inner instanceof z.ZodUnion ? (inner.options as readonly z.core.$ZodType[]).flatMap(optionsOf) : [inner];
}
