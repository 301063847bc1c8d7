import { nearest, suggestion } from "../model/nearest";
import { formatPath, type Located, nodeAt, type Path } from "../source/located";
import { newNameOf } from "./renamed";

/** What to do about a key that is unknown where it stands: rename it, correct it, or move it to where it probably belongs. */
export function misplaced(root: Located, path: Path, known: readonly string[], top: readonly string[]): string {
  const key = String(path.at(-1));
  const renamed = newNameOf(path);
  if (renamed !== undefined) return `rename it: its name is ${renamed} now`;
  if (nearest(key, known) !== undefined) return `correct or remove it; ${suggestion(key, known)}`;
  if (path.length > 1 && top.includes(key)) return `indent it less: ${key} is a key of the file itself`;
  const [around, neighbour] = [path.slice(0, -2), path.at(-2)];
  if (path.length > 2 && nodeAt(root, path)?.kind === "map") {
    return `indent it as ${JSON.stringify(neighbour)} is if it belongs to ${formatPath(around)}; else remove it`;
  }
  return `correct or remove it; ${suggestion(key, known)}`;
}
