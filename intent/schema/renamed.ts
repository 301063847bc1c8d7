import type { Path } from "../source/located";

/** A key that has another name since a release. `*` stands for any id. */
interface Renamed {
  readonly path: readonly string[];
  readonly to: string;
}

/** Old names stay here, so that a config of an older release gets an error that names the new key. */
export const RENAMED_KEYS: readonly Renamed[] = [
  // words: the name that the key had.
  { path: ["gateway", "beside"], to: "alsoServe" },
  { path: ["services", "*", "secrets", "*", "adders"], to: "versionAdders" },
];

/** The new name of a key, if it has one. */
export function newNameOf(path: Path): string | undefined {
  const fits = (each: Renamed) =>
    each.path.length === path.length && each.path.every((key, index) => key === "*" || key === path[index]);
  return RENAMED_KEYS.find(fits)?.to;
}
