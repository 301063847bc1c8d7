import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";

/** Time between two looks, in milliseconds. */
const LOOK_MILLISECONDS = 150;

/**
 * What identifies the content of the YAML and JSON files in and below a folder: path, inode, size and time of change of
 * each. Empty if the folder cannot be read.
 */
export function configState(folder: string): string {
  try {
    return readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((name) => /\.(ya?ml|json)$/.test(name))
      .sort()
      .map((name) => {
        const stats = statSync(join(folder, name), { throwIfNoEntry: false });
        return [name, stats?.ino, stats?.size, stats?.mtimeMs, stats?.ctimeMs].join(" ");
      })
      .join("\n");
  } catch {
    return "";
  }
}

/**
 * Calls back when the folder's state differs from the last one for which it called, and stayed the same for one look:
 * editors write a file in several steps. Calls do not overlap: a change during a call causes one more. Returns a
 * function that stops watching, after any call in progress.
 *
 * It looks instead of using `fs.watch`, which follows an inode: in Node 20 and 22 on Linux it misses every change after a file is
 * replaced by a rename, which is how many editors save.
 *
 * @param seen state for which the caller has already acted
 */
export function watchConfig(
  folder: string,
  seen: string,
  changed: () => Promise<void>,
  lookMilliseconds = LOOK_MILLISECONDS,
): () => Promise<void> {
  let [acted, last] = [seen, seen];
  let running: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    const state = configState(folder);
    const isQuiet = state === last;
    last = state;
    if (!isQuiet || state === acted) return;
    acted = state;
    running = running.then(changed);
  }, lookMilliseconds);
  return async () => {
    clearInterval(timer);
    await running;
  };
}
