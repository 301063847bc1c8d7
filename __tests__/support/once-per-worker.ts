declare global {
  /** Set by `harness/environment.cjs`. */
  var textOncePerWorker: (key: string, make: () => string) => string;
}

/** A value that the first test file of a worker makes. Every caller gets its own copy, which it may change. */
export function oncePerWorker<T>(key: string, make: () => T): T {
  return JSON.parse(globalThis.textOncePerWorker(key, () => JSON.stringify(make())));
}
