import type { Located, LocatedMap, Origin } from "./located";

/**
 * JSON Merge Patch (RFC 7386) on located trees: maps merge, `null` deletes, everything else replaces. Each value keeps
 * the place it was written at; a map that both files hold belongs to the patch and remembers its place in the target.
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
