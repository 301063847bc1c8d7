import { watch } from "node:fs";

/** Editors write a file in several steps. */
const QUIET_MILLISECONDS = 100;

/**
 * Calls back once a change of YAML in the folder has settled, never twice at a time; a change meanwhile is one more call.
 * Returns what ends it, after the call that is under way.
 */
export function watchConfig(folder: string, changed: () => Promise<void>): () => Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  const watcher = watch(folder, (_, name) => {
    if (name !== null && !name.endsWith(".yaml")) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      running = running.then(changed);
    }, QUIET_MILLISECONDS);
  });
  return async () => {
    watcher.close();
    clearTimeout(timer);
    await running;
  };
}
