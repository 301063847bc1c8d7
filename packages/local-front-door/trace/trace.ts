import { AsyncLocalStorage } from "node:async_hooks";
import type { Hop } from "./hop";
import { RequestLog } from "./request-log";

const storage = new AsyncLocalStorage<string>();

/** Does the work as part of the request of this id: whatever a stand-in decides meanwhile belongs to it. */
export function asPartOf<T>(requestId: string | undefined, work: () => T): T {
  return requestId === undefined ? storage.exit(work) : storage.run(requestId, work);
}

/** Id of the caller's request that this code works for; undefined outside of any. */
export function currentRequest(): string | undefined {
  return storage.getStore();
}

/** A front door that is open for days must not fill the memory: older hops are forgotten. */
const KEPT_HOPS = 2000;

/** What happened, in order: shown to a person, asserted on by tests. Holds no token, and the last 2,000 hops alone. */
export class LocalTrace {
  readonly hops: Hop[] = [];
  readonly requests = new RequestLog();

  allow(at: Hop["at"], reason: string, declaration?: string, claims?: Hop["claims"]): void {
    this.keep({ at, allowed: true, reason, declaration, ...(claims && { claims }) });
  }

  refuse(at: Hop["at"], reason: string, declaration?: string): void {
    this.keep({ at, allowed: false, reason, declaration });
  }

  remark(at: Hop["at"], reason: string, declaration?: string): void {
    this.keep({ at, allowed: true, reason, declaration, remark: true });
  }

  /** The last refusal, which is usually what a caller wonders about. */
  get refusal(): Hop | undefined {
    return this.hops.findLast(({ allowed }) => !allowed);
  }

  clear(): void {
    this.hops.length = 0;
  }

  private keep(decided: Hop): void {
    const request = currentRequest();
    const hop = request === undefined ? decided : { ...decided, request };
    if (this.hops.length === KEPT_HOPS) this.hops.shift();
    this.hops.push(hop);
    this.requests.addHop(hop);
  }
}
