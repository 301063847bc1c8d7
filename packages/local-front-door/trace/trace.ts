import { AsyncLocalStorage } from "node:async_hooks";
import type { Hop } from "./hop";
import { RequestLog } from "./request-log";

/** The request that code works for, and the call within it. */
export interface TracePlace {
  readonly request: string;
  /** Undefined: the door itself works for it. */
  readonly call?: number;
}

const storage = new AsyncLocalStorage<TracePlace>();

/**
 * Runs the work as part of a request: every decision of a stand-in during it belongs to that request.
 *
 * @param of the request's id, or a place in it; undefined: outside any request
 */
export function asPartOf<T>(of: TracePlace | string | undefined, work: () => T): T {
  if (of === undefined) return storage.exit(work);
  return storage.run(typeof of === "string" ? { request: of } : of, work);
}

/** The current place, to continue there later; undefined outside any request. */
export function currentPlace(): TracePlace | undefined {
  return storage.getStore();
}

/** Id of the caller's request that this code works for; undefined outside any request. */
export function currentRequest(): string | undefined {
  return storage.getStore()?.request;
}

/** Where the stand-ins write the log lines that the clouds would write. */
export interface LogSink {
  /** @param at milliseconds since 1970 */
  cloudWatch(group: string, message: string, at: number): void;
  /** @param entry a `LogEntry` of Cloud Logging */
  cloudLogging(entry: object): void;
}

/** A front door that is open for days must not fill the memory, so older hops are removed. */
const KEPT_HOPS = 2000;

/** The events in order, for people to read and for tests to check. Holds no tokens, and only the last 2,000 hops. */
export class LocalTrace {
  readonly hops: Hop[] = [];
  readonly requests = new RequestLog();
  /** Default: no log line is written. */
  logs: LogSink | undefined;

  allow(at: Hop["at"], reason: string, declaration?: string, claims?: Hop["claims"]): void {
    this.keep({ at, allowed: true, reason, declaration, ...(claims && { claims }) });
  }

  /** @param code the rule that refused, if the stand-in names its rules */
  refuse(at: Hop["at"], reason: string, declaration?: string, code?: string): void {
    this.keep({ at, allowed: false, reason, declaration, ...(code !== undefined && { code }) });
  }

  remark(at: Hop["at"], reason: string, declaration?: string): void {
    this.keep({ at, allowed: true, reason, declaration, remark: true });
  }

  /** The last refusal, which is usually what a caller asks about. */
  get refusal(): Hop | undefined {
    return this.hops.findLast(({ allowed }) => !allowed);
  }

  clear(): void {
    this.hops.length = 0;
  }

  /** Runs and times the work as a call of this stand-in, made by the current part of the request. */
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
