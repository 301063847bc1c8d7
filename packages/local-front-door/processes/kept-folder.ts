import { existsSync, readdirSync, renameSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/**
 * Moves a finished folder to its permanent place, and removes earlier versions there. Several processes may make the
 * same folder at the same time: all but the first use the existing one.
 *
 * @param draft Folder next to `kept`
 * @param prefix Starts the names of all versions, including that of `kept`
 */
export function keepFolder(draft: string, kept: string, prefix: string): void {
  const parent = dirname(kept);
  try {
    // A folder cannot be moved onto one that is not empty.
    renameSync(draft, kept);
  } catch (error) {
    if (!existsSync(kept)) throw error;
    rmSync(draft, { recursive: true, force: true });
  }
  for (const name of readdirSync(parent)) {
    if (name.startsWith(prefix) && name !== basename(kept))
      rmSync(join(parent, name), { recursive: true, force: true });
  }
}
