import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { isAlive } from "./process-lock";

/**
 * Writes a file whole or not at all: first under another name in the same folder, then renamed.
 *
 * @param mode of a file that other users may not read
 */
export function writeWhole(path: string, content: string | Uint8Array, mode?: number): void {
  mkdirSync(dirname(path), { recursive: true });
  const draft = `${path}.${process.pid}`;
  try {
    // Never through a link, which a branch may carry under an ignored name.
    rmSync(draft, { force: true });
    writeFileSync(draft, content, { mode, flag: "wx" });
    renameSync(draft, path);
  } catch (error) {
    // Node names no path if a write finds no space.
    throw Object.assign(error as NodeJS.ErrnoException, { path });
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Whether a running command is writing the file that this draft will become. */
export function isDraftOfRunning(path: string): boolean {
  return isAlive(Number(/\.(\d+)$/.exec(path)?.[1]));
}

/** Whether a file holds exactly this text. */
export function isFresh(path: string, text: string): boolean {
  return existsSync(path) && readFileSync(path, "utf8") === text;
}
