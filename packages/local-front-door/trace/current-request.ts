import { AsyncLocalStorage } from "node:async_hooks";

const storage = new AsyncLocalStorage<string>();

/** Does the work as part of the request of this id: whatever a stand-in decides meanwhile belongs to it. */
export function asPartOf<T>(requestId: string | undefined, work: () => T): T {
  return requestId === undefined ? storage.exit(work) : storage.run(requestId, work);
}

/** Id of the caller's request that this code works for; undefined outside of any. */
export function currentRequest(): string | undefined {
  return storage.getStore();
}
