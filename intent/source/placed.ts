import type { Place } from "../model/problem";
import { formatPath, type Located, nearestNode, type Path } from "./located";

/** The entries of a list with the place of each, for errors that only a later part of the program can find. */
export function placed<T extends object>(entries: readonly T[], root: Located, list: Path): (T & { place: Place })[] {
  return entries.map((entry, index) => {
    const path = [...list, index];
    return { ...entry, place: { ...nearestNode(root, path).origin, path: formatPath(path) } };
  });
}
