import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { commandLine, type ProjectCopy } from "./command";

/** With `descriptors`: how many the command may have open. Default: as many as this process. */
export type RunningProject = Pick<ProjectCopy, "folder"> & { readonly descriptors?: number };

/** A running command of a project, with everything that it has printed. */
export class RunningCommand {
  private static readonly open: RunningCommand[] = [];
  private printed = "";
  private closed = false;
  protected readonly child: ChildProcess;

  /** @param program default: that of the project */
  constructor(project: RunningProject, args: readonly string[], environment: NodeJS.ProcessEnv = {}, program?: string) {
    const limit = project.descriptors === undefined ? "" : `ulimit -n ${project.descriptors}; `;
    const command = [process.execPath, ...commandLine(args, program)];
    this.child = spawn("/bin/sh", ["-c", `${limit}exec "$@"`, "sh", ...command], {
      cwd: project.folder,
      env: { ...process.env, ...environment },
      stdio: ["ignore", "pipe", "pipe"],
      // Started as from a terminal: in its own process group, which gets the terminal's signals.
      detached: true,
    });
    for (const stream of [this.child.stdout, this.child.stderr]) stream?.on("data", (text) => (this.printed += text));
    this.child.on("close", () => (this.closed = true));
    RunningCommand.open.push(this);
  }

  /** Ends a command that a failed test left running. */
  static async closeAll(): Promise<void> {
    for (const each of RunningCommand.open.splice(0)) await each.close();
  }

  get pid(): number {
    if (this.child.pid === undefined) throw new Error("the command did not start");
    return this.child.pid;
  }

  get length(): number {
    return this.printed.length;
  }

  get text(): string {
    return this.printed;
  }

  /** Sends a signal as a terminal does, to the command and all that it started in its own process group. */
  send(signal: NodeJS.Signals): void {
    process.kill(-this.pid, signal);
  }

  /** The exit code, or the signal that ended it. */
  async ended(): Promise<number | NodeJS.Signals | null> {
    if (this.child.exitCode === null && this.child.signalCode === null) await once(this.child, "close");
    return this.child.exitCode ?? this.child.signalCode;
  }

  /** Resolves with the first match in the output from now on, or from a given position; fails once the command ended. */
  async prints(pattern: RegExp, since = 0): Promise<RegExpExecArray> {
    for (const deadline = Date.now() + 120_000; Date.now() < deadline; ) {
      const hasEnded = this.closed;
      const found = pattern.exec(this.printed.slice(since));
      if (found) return found;
      if (hasEnded) break;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error(`never printed ${pattern}:\n${this.printed}`);
  }

  /** Sends Ctrl-C and returns the exit code. */
  async close(signal: NodeJS.Signals = "SIGINT"): Promise<number | null> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      this.child.kill(signal);
      await once(this.child, "exit");
    }
    return this.child.exitCode;
  }
}
