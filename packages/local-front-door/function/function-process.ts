import type { ChildProcess } from "node:child_process";
import { spawnTethered, type TetheredOptions } from "../processes/tethered";

/** The result of one event, as the gateway sees it. */
export type FunctionResult =
  | { readonly kind: "answer"; readonly value: unknown }
  | { readonly kind: "error"; readonly message: string };

/** Marks the end of an event. `function-runtime.cjs` writes it to both of its streams. */
const END_OF_EVENT = "\0";

/** A child process that handles one event at a time. The caller waits for a result before it sends the next event. */
export class FunctionProcess {
  private readonly child: ChildProcess;
  private readonly printed: readonly PrintedLines[];

  /**
   * `node` is Node's executable. `print` receives the function's output, line by line: all lines of an event before its
   * result.
   */
  constructor(node: string, parameters: readonly string[], options: TetheredOptions, print: (line: string) => void) {
    this.child = spawnTethered([node, ...parameters], { ...options, channel: true });
    this.child.on("error", () => {}); // The waiting call gets the error.
    this.printed = [this.child.stdout, this.child.stderr].map((stream) => new PrintedLines(stream, print));
  }

  get alive(): boolean {
    const { child } = this;
    return child.pid !== undefined && !child.killed && child.exitCode === null && child.signalCode === null;
  }

  /** A function without a result after `milliseconds` is killed, as in Lambda. */
  run(event: unknown, milliseconds: number): Promise<FunctionResult> {
    const { child } = this;
    return new Promise((resolveResult) => {
      const finish = (result: FunctionResult) => {
        clearTimeout(timer);
        child.off("message", onMessage);
        child.off("close", onClose);
        child.off("error", onError);
        resolveResult(result);
      };
      const onMessage = async (result: FunctionResult) => {
        await Promise.all(this.printed.map((lines) => lines.endOfEvent()));
        finish(result);
      };
      const onClose = () => finish({ kind: "error", message: "Runtime exited" });
      const onError = ({ message }: Error) => finish({ kind: "error", message });
      const timer = setTimeout(() => {
        this.kill();
        finish({ kind: "error", message: `Task timed out after ${milliseconds / 1000} seconds` });
      }, milliseconds);
      child.on("message", onMessage);
      child.once("close", onClose);
      child.once("error", onError);
      // A process that has ended reports this by closing. One that never started has no channel.
      child.send?.(event as object, () => {});
    });
  }

  kill(): void {
    this.child.kill("SIGKILL");
  }
}

/**
 * The lines of one stream. Streams and results arrive separately, so only the mark in a stream shows where an event's
 * output ends.
 */
class PrintedLines {
  private rest = "";
  private ends = 0;
  private waiting: (() => void) | undefined;

  constructor(
    stream: NodeJS.ReadableStream | null,
    private readonly print: (line: string) => void,
  ) {
    stream?.setEncoding("utf8").on("data", (text: string) => this.take(text));
  }

  /** Resolves when all output up to the end of one more event has been read. */
  async endOfEvent(): Promise<void> {
    if (this.ends === 0) {
      await new Promise<void>((resolveEnd) => {
        this.waiting = resolveEnd;
      });
    }
    this.ends -= 1;
  }

  private take(text: string): void {
    for (const part of text.split(/([\n\0])/)) {
      if (part === "\n" || (part === END_OF_EVENT && this.rest !== "")) {
        this.print(this.rest);
        this.rest = "";
      }
      if (part === END_OF_EVENT) {
        this.ends += 1;
        this.waiting?.();
        this.waiting = undefined;
      } else if (part !== "\n") {
        this.rest += part;
      }
    }
  }
}
