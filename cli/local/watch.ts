import { watch } from "node:fs";

/** Editors write a file in several steps. */
const QUIET_MILLISECONDS = 100;

/**
 * Calls back once a change of a YAML or JSON file in the folder, or below it, has settled, never twice at a time. A change during a callback causes one
 * more call. Returns a function that stops watching, after any call in progress.
 */
export function watchConfig(folder: string, changed: () => Promise<void>): () => Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  const watcher = watch(folder, { recursive: true }, (_, name) => {
    if (name !== null && !/\.(ya?ml|json)$/.test(name)) return;
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
