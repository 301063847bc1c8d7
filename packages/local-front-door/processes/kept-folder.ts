import { existsSync, readdirSync, renameSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/**
 * Moves a folder that is ready to where it is kept, and removes what earlier versions left there. Several processes may
 * make the same one at once: all but the first keep what they find.
 *
 * @param draft Folder next to `kept`
 * @param prefix Starts the names of all versions, that of `kept` too
 */
export function keepFolder(draft: string, kept: string, prefix: string): void {
  const parent = dirname(kept);
  try {
    // Onto a folder that holds something, no folder can be moved.
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
