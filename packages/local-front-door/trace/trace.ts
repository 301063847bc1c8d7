import { AsyncLocalStorage } from "node:async_hooks";
import type { Hop } from "./hop";
import { RequestLog } from "./request-log";

/** The request that code works for, and the call of it. */
export interface TracePlace {
  readonly request: string;
  /** Undefined: the door itself works for it. */
  readonly call?: number;
}

const storage = new AsyncLocalStorage<TracePlace>();

/**
 * Does the work as part of a request: whatever a stand-in decides meanwhile belongs to it.
 *
 * @param of the request's id, or a place of it; undefined: outside of any request
 */
export function asPartOf<T>(of: TracePlace | string | undefined, work: () => T): T {
  if (of === undefined) return storage.exit(work);
  return storage.run(typeof of === "string" ? { request: of } : of, work);
}

/** Where this code works, to go on there later; undefined outside of any request. */
export function currentPlace(): TracePlace | undefined {
  return storage.getStore();
}

/** Id of the caller's request that this code works for; undefined outside of any. */
export function currentRequest(): string | undefined {
  return storage.getStore()?.request;
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

  /** @param code which rule refused, where the stand-in names its rules */
  refuse(at: Hop["at"], reason: string, declaration?: string, code?: string): void {
    this.keep({ at, allowed: false, reason, declaration, ...(code !== undefined && { code }) });
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

  /** Does the work as a call of this stand-in, made by whatever part of the request makes it. Times it. */
  async call<T>(at: Hop["at"], work: () => Promise<T>): Promise<T> {
    const place = currentPlace();
    const call = place && this.requests.beginCall(place.request, at, place.call);
    if (place === undefined || call === undefined) return work();
    const startedAt = performance.now();
    try {
      return await asPartOf({ request: place.request, call }, work);
    } finally {
      this.requests.endCall(place.request, call, performance.now() - startedAt);
    }
  }

  private keep(decided: Hop): void {
    const place = currentPlace();
    const hop = place === undefined ? decided : { ...decided, ...place };
    if (this.hops.length === KEPT_HOPS) this.hops.shift();
    this.hops.push(hop);
    this.requests.addHop(hop);
  }
}
