import { existsSync, mkdirSync, readdirSync, renameSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * Writes files into a folder, which may not exist yet, and removes others. If one step fails, nothing changes: each file
 * is first written next to its final place, and all steps are rolled back. Folders that become empty are removed too.
 *
 * @param files texts by path. None of them may exist, except those that are removed
 * @param removed paths
 */
export function replaceFiles(
  target: string,
  files: Readonly<Record<string, string>>,
  removed: readonly string[] = [],
): void {
  const isNew = !existsSync(target);
  const draft = join(target, `.front-door-init-${process.pid}`);
  const done: (readonly [string, string])[] = [];
  const move = (from: string, to: string) => {
    mkdirSync(dirname(to), { recursive: true });
    renameSync(from, to);
    done.unshift([from, to]);
  };
  // The draft stays after a failed rollback, because it then still holds files that were to be removed.
  const clear = () => {
    rmSync(draft, { recursive: true, force: true });
    removeEmpty(target, [...removed, ...Object.keys(files)]);
    if (isNew && existsSync(target) && readdirSync(target).length === 0) rmdirSync(target);
  };
  try {
    lay(join(draft, "new"), files);
    for (const path of removed) move(join(target, path), join(draft, "old", path));
    for (const path of Object.keys(files)) move(join(draft, "new", path), join(target, path));
  } catch (error) {
    for (const [from, to] of done) {
      mkdirSync(dirname(from), { recursive: true });
      renameSync(to, from);
    }
    clear();
    throw error;
  }
  clear();
}

/** Writes files below a folder. */
export function lay(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

/** The folders above these paths that are now empty, from the innermost. */
function removeEmpty(target: string, paths: readonly string[]): void {
  const above = (path: string): readonly string[] =>
    dirname(path) === "." ? [] : [dirname(path), ...above(dirname(path))];
  const folders = [...new Set(paths.flatMap(above))].sort((one, other) => other.length - one.length);
  for (const folder of folders.map((each) => join(target, each))) {
    if (existsSync(folder) && readdirSync(folder).length === 0) rmdirSync(folder);
  }
}
