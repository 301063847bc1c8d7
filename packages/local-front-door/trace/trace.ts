import { AsyncLocalStorage } from "node:async_hooks";
import type { Hop } from "./hop";
import { RequestLog } from "./request-log";

/** The request that code works for, and the call within it. */
export interface TracePlace {
  readonly request: string;
  /** Undefined: the code belongs to the door itself. */
  readonly call?: number;
}

const storage = new AsyncLocalStorage<TracePlace>();

/** Pieces of work that are in progress as part of a request. */
let underWay = 0;

/**
 * Runs the work as part of a request: every decision of a stand-in during it belongs to that request. Meanwhile, Node
 * slows every promise of the process, so calls that are frequent under load use a `PlacedTrace` instead.
 *
 * @param of the request's id, or a place in it; undefined: outside any request
 */
export function asPartOf<T>(of: TracePlace | string | undefined, work: () => T): T {
  if (of === undefined) return storage.exit(work);
  let result: T | undefined;
  underWay += 1;
  try {
    result = storage.run(typeof of === "string" ? { request: of } : of, work);
    return result;
  } finally {
    if (result instanceof Promise) result.then(left, left);
    else left();
  }
}

function left(): void {
  underWay -= 1;
  if (underWay === 0) storage.disable();
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

/** Records the decisions of stand-ins. */
export abstract class Decisions {
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

  protected abstract keep(decided: Hop): void;
}

/** Records decisions at one place of a request, wherever the code runs. */
export class PlacedTrace extends Decisions {
  constructor(
    private readonly trace: LocalTrace,
    /** Undefined: outside any request. */
    readonly place: TracePlace | undefined,
  ) {
    super();
  }

  /** Runs and times the work as a call of this stand-in, made at this place. The work gets its own place. */
  async call<T>(at: Hop["at"], work: (place: TracePlace | undefined) => Promise<T>): Promise<T> {
    const { place, trace } = this;
    const call = place && trace.requests.beginCall(place.request, at, place.call);
    if (place === undefined || call === undefined) return work(place);
    const startedAt = performance.now();
    try {
      return await work({ request: place.request, call });
    } finally {
      trace.requests.endCall(place.request, call, performance.now() - startedAt);
    }
  }

  protected keep(decided: Hop): void {
    this.trace.add(decided, this.place);
  }
}

/** The events in order, for people to read and for tests to check. Holds no tokens, and only the last 2,000 hops. */
export class LocalTrace extends Decisions {
  readonly hops: Hop[] = [];
  readonly requests = new RequestLog();
  /** Default: no log line is written. */
  logs: LogSink | undefined;

  at(place: TracePlace | undefined): PlacedTrace {
    return new PlacedTrace(this, place);
  }

  /** The last refusal, which is usually what a caller asks about. */
  get refusal(): Hop | undefined {
    return this.hops.findLast(({ allowed }) => !allowed);
  }

  clear(): void {
    this.hops.length = 0;
  }

  /** Runs and times the work as a call of this stand-in, made by the current part of the request. */
  call<T>(at: Hop["at"], work: () => Promise<T>): Promise<T> {
    return this.at(currentPlace()).call(at, (place) => (place === undefined ? work() : asPartOf(place, work)));
  }

  add(decided: Hop, place: TracePlace | undefined): void {
    const hop = place === undefined ? decided : { ...decided, ...place };
    if (this.hops.length === KEPT_HOPS) this.hops.shift();
    this.hops.push(hop);
    this.requests.addHop(hop);
  }

  protected keep(decided: Hop): void {
    this.add(decided, currentPlace());
  }
}
