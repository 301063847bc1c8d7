import type { Path } from "../source/located";

/** A config key that a release renamed. `*` stands for any id. */
interface Renamed {
  readonly path: readonly string[];
  readonly to: string;
}

/** Old names stay in this list, so that a config for an older release gets an error with the new name. */
export const RENAMED_KEYS: readonly Renamed[] = [
  // words: the name that the key had.
  { path: ["gateway", "beside"], to: "alsoServe" },
  { path: ["services", "*", "secrets", "*", "adders"], to: "versionAdders" },
];

/** The new name of a key, if it was renamed. */
export function newNameOf(path: Path): string | undefined {
  const fits = (each: Renamed) =>
    each.path.length === path.length && each.path.every((key, index) => key === "*" || key === path[index]);
  return RENAMED_KEYS.find(fits)?.to;
}
