import { suggestion } from "../model/nearest";
import { MOST_PROBLEMS } from "../model/problem";
import type { Finding } from "./finding";
import { isNull, type Located, type LocatedMap, type Origin, type Path, walk } from "./located";

/**
 * JSON Merge Patch (RFC 7386) on located trees: maps merge, `null` deletes, everything else replaces. Each value keeps
 * its place. A map that is in both files has its place in the patch, and also records the one in the target.
 */
export function mergePatch(target: Located | undefined, patch: Located): Located {
  if (patch.kind !== "map") return patch;
  const base = target?.kind === "map" ? target : undefined;
  const entries = new Map<string, Located>(base?.entries);
  for (const [key, value] of patch.entries) {
    if (value.kind === "scalar" && value.value === null) entries.delete(key);
    else entries.set(key, mergePatch(entries.get(key), value));
  }
  return { kind: "map", origin: patch.origin, ...inheritedFrom(base), entries };
}

function inheritedFrom(base: LocatedMap | undefined): { inherited?: Origin } {
  return base === undefined ? {} : { inherited: base.inherited ?? base.origin };
}

/**
 * A `null` deletes a value of the file below. One that deletes nothing is a typo, or a leftover of a removed key.
 *
 * @param file the file below: `base.yaml`
 */
export function nullDeletes(base: Located | undefined, overlay: Located, file: string, path: Path = []): Finding[] {
  if (overlay.kind !== "map") return [];
  const known = base?.kind === "map" ? base.entries : new Map<string, Located>();
  return [...overlay.entries].flatMap(([key, value], index) => {
    const here = [...path, key];
    if (!isNull(value)) return nullDeletes(known.get(key), value, file, here);
    if (known.has(key)) return [];
    // A report shows no more problems than this, and each search for the nearest key is slow.
    if (index >= MOST_PROBLEMS)
      return [{ origin: value.origin, path: here, isOrphan: true, ...deletesNothing(file, key, []) }];
    const about = { isMissing: true, isOrphan: true, unknown: key };
    return [{ origin: value.origin, path: here, ...about, ...deletesNothing(file, key, known.keys()) }];
  });
}

/** The base file patches nothing, so a `null` in it has no meaning. */
export function nullsInBase(base: Located): Finding[] {
  const message = "got null, expected a value: only an overlay deletes";
  const remedy = "remove the line, or write the value that every environment starts from";
  const nulls = [...walk(base)].filter(
    ({ node, path }) => isNull(node) && path.every((step) => typeof step === "string"),
  );
  return nulls.map(({ node: { origin }, path }) => ({ origin, path, message, remedy }));
}

function deletesNothing(file: string, key: string, known: Iterable<string>) {
  return {
    message: `got null, expected a key that ${file} has: there is no ${JSON.stringify(key)} to delete`,
    remedy: `correct the key or remove the line; ${suggestion(key, known)}`,
  };
}
