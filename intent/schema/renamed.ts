import type { Path } from "../source/located";

/** A config key of an older release. `*` stands for any id. */
interface OldKey {
  readonly path: readonly string[];
}

interface RenamedKey extends OldKey {
  readonly to: string;
}

interface RemovedKey extends OldKey {
  /** What to do instead. */
  readonly remedy: string;
}

/** Old names stay in this list, so that a config for an older release gets an error with the new name. */
const RENAMED_KEYS: readonly RenamedKey[] = [
  { path: ["services", "*", "secrets", "*", "adders"], to: "versionAdders" },
];

const ONE_KIND =
  "remove it: an environment has one kind of API. To change the kind, add a second environment with the other kind and " +
  "move callers to it: docs/how-to/switch.md#http-api-and-rest-api";

/** Settings that a release removed stay in this list, so that a config for an older release gets an error that helps. */
const REMOVED_KEYS: readonly RemovedKey[] = [
  { path: ["gateway", "alsoServe"], remedy: ONE_KIND },
  // words: the name that the key had.
  { path: ["gateway", "beside"], remedy: ONE_KIND },
];

/** The new name of a key, if it was renamed. */
export function newNameOf(path: Path): string | undefined {
  return RENAMED_KEYS.find((each) => isAt(path, each))?.to;
}

/** What to do about a key of an older release; undefined if no release had it. */
export function remedyOfOld(path: Path): string | undefined {
  const renamed = newNameOf(path);
  if (renamed !== undefined) return `rename it: its name is ${renamed} now`;
  return REMOVED_KEYS.find((each) => isAt(path, each))?.remedy;
}

function isAt(path: Path, old: OldKey): boolean {
  return old.path.length === path.length && old.path.every((key, index) => key === "*" || key === path[index]);
}
