import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Calls back with a new folder, which is removed in any case. Its name starts with `front-door-` and the use. */
export function withScratchFolder<T>(use: string, work: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), `front-door-${use}-`));
  try {
    return work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
