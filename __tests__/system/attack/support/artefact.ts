import type { ChildProcess } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { AuthorizerPolicy } from "../../../../contract/policy-file";
import type { FunctionResult, LocalFunction } from "../../../../packages/local-front-door/function/function";

/** Private parts of `LocalFunction`. */
interface Inside {
  readonly folder: string;
  readonly process?: {
    readonly child: ChildProcess;
    readonly printed: readonly { endOfEvent(): Promise<void> }[];
  };
}

/** A line of the authorizer's log. */
export type LogLine = Readonly<Record<string, unknown>>;

/**
 * One function of the stack, from the unzipped artefact, with control over its clock, its policy and the hosts that it
 * calls.
 */
export class Artefact {
  /** Everything it has ever printed. */
  readonly printed: string[] = [];

  constructor(private readonly running: LocalFunction) {}

  get name(): string {
    return this.running.name;
  }

  get variables(): Readonly<Record<string, string>> {
    return this.running.variables;
  }

  get policy(): AuthorizerPolicy {
    return JSON.parse(this.running.file("authorizer-policy.json") ?? "");
  }

  /** Sends one event at a time, as Lambda does. */
  ask(event: unknown): Promise<FunctionResult> {
    return this.running.invoke(event);
  }

  /**
   * Sends all events concurrently to one process, which Lambda never does. This is the hardest case for shared
   * requests.
   */
  async askAll(events: readonly unknown[]): Promise<readonly FunctionResult[]> {
    const running = this.inside.process;
    if (running === undefined) throw new Error("send an event first: the process must run");
    const { child } = running;
    const results: FunctionResult[] = [];
    const all = new Promise<void>((resolve) => {
      const collect = (result: FunctionResult) => {
        results.push(result);
        if (results.length < events.length) return;
        child.off("message", collect);
        resolve();
      };
      child.on("message", collect);
      for (const event of events) child.send(event as object);
    });
    await all;
    for (const lines of running.printed) for (const _ of events) await lines.endOfEvent();
    return results;
  }

  /** The lines since the last time. */
  async lines(): Promise<readonly LogLine[]> {
    const found = this.running.log.splice(0);
    for (const line of found) this.printed.push(line);
    return found.map((line) => JSON.parse(line));
  }

  coldStart(): void {
    this.running.coldStart();
  }

  /** From the next event on, the process's clock is this much ahead. */
  setClock(aheadSeconds: number): void {
    writeFileSync(this.path("attack-clock"), JSON.stringify({ ahead: aheadSeconds * 1000 }));
  }

  /** From the next event on, the process's clock stops at this time, in milliseconds since 1970. */
  stopClock(at: number): void {
    writeFileSync(this.path("attack-clock"), JSON.stringify({ stoppedAt: at }));
  }

  /** The next event meets a cold process with this variable, as after a change of the function's configuration. */
  setVariable(name: string, value: string): void {
    this.coldStart();
    Object.assign(this.variables, { [name]: value });
  }

  /** Ids of all processes so far. A new id means that the last process died. */
  get processes(): readonly string[] {
    return this.notes("process");
  }

  /** The hosts to which it opened TLS connections. */
  get hosts(): readonly string[] {
    return this.notes("host");
  }

  /** Connections past the local internet. */
  get strays(): readonly string[] {
    return this.notes("stray");
  }

  private notes(kind: string): readonly string[] {
    const file = this.path("attack-notes");
    const lines = existsSync(file) ? readFileSync(file, "utf8").split("\n") : [];
    return lines.filter((line) => line.startsWith(`${kind} `)).map((line) => line.slice(kind.length + 1));
  }

  private get inside(): Inside {
    return this.running as unknown as Inside;
  }

  private path(file: string): string {
    return join(this.inside.folder, file);
  }
}
