import { hash } from "node:crypto";
import type { Outcome } from "./outcome";

type Step = "keys" | "verify" | "mint";
type Cache = "token" | "googleToken";

/** The part of a log line that is known before the decision. */
export interface LogSubject {
  readonly requestId: string;
  readonly route: string;
  readonly service: string;
}

/** Collects one decision's timings and cache hits, and writes them as one line. */
export class Trace {
  private readonly startedAt = performance.now();
  private readonly milliseconds: Partial<Record<Step | "total", number>> = {};
  private readonly cacheHits: Partial<Record<Cache, boolean>> = {};
  /** Id of the issuer whose rules were applied, even if they refused. */
  issuer: string | undefined;

  /** `write` is the process's standard output: Lambda passes lines on that are JSON with `timestamp` and `level`. */
  constructor(
    private readonly subject: LogSubject,
    private readonly write: (line: string) => void,
  ) {}

  /** Times a step, whatever comes of it. The result of `work` is returned: a value, or the promise of one. */
  time<T>(step: Step, work: () => T): T {
    const startedAt = performance.now();
    const end = () => {
      this.milliseconds[step] = tenths(performance.now() - startedAt);
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
    this.cacheHits[cache] = hit;
  }

  /**
   * Names every field that it writes, so that no claim added elsewhere reaches the log. The client is a name from the
   * policy. The subject often identifies a person, so only its hash is logged; it joins the lines of one caller.
   */
  finish(outcome: Outcome): void {
    const refusal = outcome.decision === "allowed" ? undefined : outcome;
    const caller = outcome.decision === "allowed" ? outcome.caller : outcome.details.caller;
    const fields = [
      text("timestamp", new Date().toISOString()),
      text("level", levelOf(outcome)),
      text("requestId", this.subject.requestId),
      text("route", this.subject.route),
      text("service", this.subject.service),
      text("decision", outcome.decision),
      text("reason", refusal?.reason),
      refusal?.details.upstreamStatus === undefined ? "" : `"upstreamStatus":${refusal.details.upstreamStatus},`,
      text("issuer", caller?.issuer ?? this.issuer),
      text("client", caller?.client),
      text("kind", caller?.kind),
      text("subject", caller && hash("sha256", caller.subject, "hex").slice(0, 16)),
    ].join("");
    this.milliseconds.total = tenths(performance.now() - this.startedAt);
    this.write(
      `{${fields}"milliseconds":${JSON.stringify(this.milliseconds)},"cacheHits":${JSON.stringify(this.cacheHits)}}\n`,
    );
  }
}

/** A line that an operator must check is an error. Callers' usual mistakes are not. */
function levelOf({ decision }: Outcome): "INFO" | "WARN" | "ERROR" {
  if (decision === "allowed") return "INFO";
  return decision === "unavailable" ? "ERROR" : "WARN";
}

/** A field and its comma; nothing if it has no value. `JSON.stringify` of the whole line takes twice as long. */
function text(name: string, value: string | undefined): string {
  return value === undefined ? "" : `"${name}":${JSON.stringify(value)},`;
}

function tenths(value: number): number {
  return Math.round(value * 10) / 10;
}
