import type { ChildProcess } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { AuthorizerPolicy } from "../../../functions/authorizer/policy";
import type { FunctionResult, LocalFunction } from "../../../local/function";

/** What `LocalFunction` keeps to itself. */
interface Inside {
  readonly folder: string;
  readonly child?: ChildProcess;
}

/** A line of the authorizer's log. */
export type LogLine = Readonly<Record<string, unknown>>;

/** One function of the stack, from the unzipped artefact, with a hand on its clock, its policy and its neighbours. */
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
    return JSON.parse(this.running.file("authorizer-policy.json"));
  }

  /** One event at a time, as Lambda does. */
  ask(event: unknown): Promise<FunctionResult> {
    return this.running.invoke(event);
  }

  /** All at once in one process, which Lambda never does: the hardest case for whatever is single-flight. */
  async askAll(events: readonly unknown[]): Promise<readonly FunctionResult[]> {
    const child = this.inside.child;
    if (child === undefined) throw new Error("ask once before: the process must run");
    return new Promise((resolve) => {
      const results: FunctionResult[] = [];
      const collect = (message: { kind: string; value?: unknown; message?: string }) => {
        if (message.kind === "answer") results.push({ kind: "answer", value: message.value });
        if (message.kind === "error") results.push({ kind: "error", message: message.message ?? "" });
        if (results.length < events.length) return;
        child.off("message", collect);
        resolve(results);
      };
      child.on("message", collect);
      for (const event of events) child.send(event as object);
    });
  }

  /** The lines since the last time; waits until there are as many as expected. */
  async lines(expected = 1): Promise<readonly LogLine[]> {
    for (let wait = 0; wait < 100 && this.running.log.length < expected; wait += 1) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    const found = this.running.log.splice(0);
    this.printed.push(...found);
    return found.map((line) => JSON.parse(line));
  }

  coldStart(): void {
    this.running.coldStart();
  }

  /** From the next event on, the process's clock is this much ahead. */
  setClock(aheadSeconds: number): void {
    writeFileSync(this.path("attack-clock"), String(aheadSeconds * 1000));
  }

  /** The next event meets a cold process that decides by this policy. */
  setPolicy(policy: AuthorizerPolicy): void {
    this.coldStart();
    writeFileSync(this.path("authorizer-policy.json"), JSON.stringify(policy));
  }

  /** Ids of all processes so far: another one means that the last one died. */
  get processes(): readonly string[] {
    return this.notes("process");
  }

  /** Whom it opened TLS connections to. */
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
