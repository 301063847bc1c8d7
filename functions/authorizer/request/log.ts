import type { LOG_IDS } from "../../../contract/trace-context";
import type { Caller, Outcome } from "./outcome";
import { sha256 } from "./sha256";

type Step = "keys" | "verify" | "mint";
type Cache = "token" | "googleToken";

/** The part of a log line that is known before the decision. */
export interface LogSubject {
  readonly requestId: string;
  readonly route: string;
  readonly service: string;
  /** Trace id of the caller's `traceparent`, if it sends a well-formed one. It proves nothing. */
  readonly traceId?: string;
}

/** Collects one decision's timings and cache hits, and writes them as one line. */
export class Trace {
  readonly #startedAt = performance.now();
  readonly #milliseconds: Partial<Record<Step | "total", number>> = {};
  readonly #cacheHits: Partial<Record<Cache, boolean>> = {};
  /** Id of the issuer whose rules were applied, even if they refused. */
  issuer: string | undefined;

  /** `write` is the process's standard output: Lambda passes lines on that are JSON with `timestamp` and `level`. */
  constructor(
    private readonly subject: LogSubject,
    private readonly write: (line: string) => void,
  ) {}

  /** Times a step, whether it succeeds or fails. Returns the result of `work`: a value, or a promise. */
  time<T>(step: Step, work: () => T): T {
    const startedAt = performance.now();
    const end = () => {
      this.#milliseconds[step] = tenths(performance.now() - startedAt);
    };
    let result: T | undefined;
    try {
      result = work();
    } finally {
      if (!(result instanceof Promise)) end();
    }
    return result instanceof Promise ? (result.finally(end) as T) : result;
  }

  cached(cache: Cache, hit: boolean): void {
    this.#cacheHits[cache] = hit;
  }

  /**
   * Names every field that it writes, so that no claim added elsewhere reaches the log. The client is a name from the
   * policy. The subject often identifies a person, so only its hash is logged; it joins the lines of one caller.
   */
  finish(outcome: Outcome): void {
    const { decision, reason, upstreamStatus, caller } = outcome;
    this.#milliseconds.total = tenths(performance.now() - this.#startedAt);
    // Written out, because V8 takes longer for computed keys and for a spread than for the rest of the line.
    const line: Line = {
      timestamp: new Date().toISOString(),
      level: levelOf(outcome),
      requestId: this.subject.requestId,
      traceId: this.subject.traceId,
      route: this.subject.route,
      service: this.subject.service,
      decision,
      reason,
      upstreamStatus,
      issuer: caller?.issuer ?? this.issuer,
      client: caller?.client,
      actor: caller?.actor,
      kind: caller?.kind,
      subject: caller && subjectHash(caller),
      milliseconds: this.#milliseconds,
      cacheHits: this.#cacheHits,
    };
    this.write(`${JSON.stringify(line)}\n`);
  }
}

type LogIds = typeof LOG_IDS;

/** Joins the lines of one request by the fields that every log of it has. */
type Line = { readonly [Id in LogIds["request" | "trace"]]: string | undefined } & Readonly<Record<string, unknown>>;

/** A remembered token has the same caller at each use. */
const subjectHashes = new WeakMap<Caller, string>();

function subjectHash(caller: Caller): string {
  let known = subjectHashes.get(caller);
  if (known === undefined) {
    known = sha256(caller.subject).slice(0, 16);
    subjectHashes.set(caller, known);
  }
  return known;
}

/** A line that an operator must check is an error. Callers' usual mistakes are not. */
function levelOf({ decision }: Outcome): "INFO" | "WARN" | "ERROR" {
  if (decision === "allowed") return "INFO";
  return decision === "unavailable" ? "ERROR" : "WARN";
}

function tenths(value: number): number {
  return Math.round(value * 10) / 10;
}
