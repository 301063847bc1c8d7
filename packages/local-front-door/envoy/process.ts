import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { get } from "node:http";
import { endProcessGroup, printLines, spawnTethered } from "../processes/tethered";
import { StackError } from "../terraform/document";
import { printableLine } from "../trace/printable";
import { withheld } from "../trace/withheld";

export interface EnvoyProcessProps {
  readonly binary: string;
  readonly args: readonly string[];
  /** Address of the declared arguments, which a refusal names. */
  readonly address: string;
  /** Address of its listener for the start-up probe, on 127.0.0.1. */
  readonly probe: { readonly port: number; readonly path: string };
  /** Receives its log line of each request. */
  readonly onLine: (line: string) => void;
  /** Called if it ends without `stop`, with its exit code and its last messages. */
  readonly onEnd: (why: string) => void;
}

/** Cloud Run's declared probe gives it 30 s. An Envoy that takes longer here has hung. */
const READY_MILLISECONDS = 20_000;
const ASKED_EVERY_MILLISECONDS = 10;

/** How many of the last lines of its own log are kept. */
const KEPT_LINES = 20;

/** Prefix of a line in Envoy's log: time, thread, level, component and source line. */
const PREFIX = /^\[[^\]]*\]\[\d+\]\[(\w+)\]\[\w+\] \[[^\]]*\] /;

/** A real Envoy with its container's arguments, until `stop`. It inherits no environment variables of this process. */
export class EnvoyProcess {
  private readonly child: ChildProcess;
  private readonly said: string[] = [];
  /** Whether it is ready and `stop` has not been called. */
  private serving = false;
  /** How it ended; undefined while it runs. */
  private ended: string | undefined;

  private constructor(private readonly props: EnvoyProcessProps) {
    const { binary, args, onLine } = props;
    // Ctrl-C is meant for this program, which ends Envoy after its last answer.
    this.child = spawnTethered([binary, ...args], { env: {} });
    printLines(this.child.stdout, onLine);
    printLines(this.child.stderr, (line) => {
      if (this.said.length === KEPT_LINES) this.said.shift();
      this.said.push(line);
    });
    this.child.once("error", ({ message }) => this.hasEnded(message));
    // `close`, because at `exit` the last output may not have been read yet.
    this.child.once("close", (code, signal) => this.hasEnded(`ended with ${code ?? signal}`));
  }

  /** Resolves when its probe answers. Rejects with its messages if it refuses its configuration. */
  static async start(props: EnvoyProcessProps): Promise<EnvoyProcess> {
    const started = new EnvoyProcess(props);
    try {
      await started.ready();
      started.serving = true;
    } catch (error) {
      await started.stop();
      throw error;
    }
    return started;
  }

  get isRunning(): boolean {
    return this.ended === undefined;
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  async stop(): Promise<void> {
    this.serving = false;
    if (!this.isRunning) return;
    const gone = once(this.child, "close");
    endProcessGroup(this.child);
    await gone;
  }

  private hasEnded(how: string): void {
    if (!this.isRunning) return;
    this.ended = [how, ...this.complaints()].join("\n    ");
    if (this.serving) this.props.onEnd(this.ended);
  }

  /** Its error messages, without credentials and control characters. */
  private complaints(): readonly string[] {
    const grave = this.said.filter((line) => ["error", "critical"].includes(PREFIX.exec(line)?.[1] ?? ""));
    const shown = grave.length > 0 ? grave : this.said.slice(-5);
    return shown.map((line) => printableLine(String(withheld(line.replace(PREFIX, "")))));
  }

  private async ready(): Promise<void> {
    const { address, probe } = this.props;
    const deadline = Date.now() + READY_MILLISECONDS;
    while (Date.now() < deadline) {
      if (!this.isRunning) throw new StackError(address, `Envoy does not start: ${this.ended}`);
      if ((await statusOf(probe)) === 200) return;
      await new Promise((resolve) => setTimeout(resolve, ASKED_EVERY_MILLISECONDS));
    }
    const seconds = READY_MILLISECONDS / 1000;
    throw new StackError(address, [`Envoy is not ready after ${seconds} s`, ...this.complaints()].join("\n    "));
  }
}

function statusOf({ port, path }: EnvoyProcessProps["probe"]): Promise<number | undefined> {
  return new Promise((resolve) => {
    const asked = get({ host: "127.0.0.1", port, path, agent: false, timeout: 1_000 }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    });
    asked.on("timeout", () => asked.destroy());
    asked.on("error", () => resolve(undefined));
  });
}
