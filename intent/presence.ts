import type { Draft } from "./draft";
import type { Path } from "./located";

/** Which of a map's keys are there, for rules on keys that exclude or need one another. */
export interface Presence {
  /** Those that are written, valid or not, misspelt ones included. */
  readonly written: readonly string[];
  /** Whether the others are left out for sure: no unknown key may be meant for one. */
  readonly isSure: boolean;
  readonly all: boolean;
  readonly none: boolean;
}

export function presence({ isAbsent, isThere }: Draft, map: Path, keys: readonly string[]): Presence {
  const written = keys.filter((key) => isThere([...map, key]));
  const absent = keys.filter((key) => isAbsent([...map, key]));
  return {
    written,
    isSure: written.length + absent.length === keys.length,
    all: written.length === keys.length,
    none: absent.length === keys.length,
  };
}
