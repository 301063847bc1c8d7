import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import type { ProjectCopy } from "./command";

/** `npm run local`, running, with all that it has printed. */
export class LocalCommand {
  private static readonly open: LocalCommand[] = [];
  private printed = "";
  private readonly child: ChildProcess;

  constructor(project: ProjectCopy, ...args: readonly string[]) {
    this.child = spawn(process.execPath, ["cli/run.cjs", "local", ...args], {
      cwd: project.folder,
      env: process.env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [this.child.stdout, this.child.stderr]) stream?.on("data", (text) => (this.printed += text));
    LocalCommand.open.push(this);
  }

  /** Ends what a failed test left running. */
  static async closeAll(): Promise<void> {
    for (const each of LocalCommand.open.splice(0)) await each.close();
  }

  /** The first match in what is printed from here on, or from the start. */
  async prints(pattern: RegExp, since = 0): Promise<RegExpExecArray> {
    for (const deadline = Date.now() + 120_000; Date.now() < deadline; ) {
      const found = pattern.exec(this.printed.slice(since));
      if (found) return found;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error(`never printed ${pattern}:\n${this.printed}`);
  }

  /** The line printed below a caller's name. */
  async lineOf(caller: string): Promise<string> {
    const [, line = ""] = await this.prints(new RegExp(`^${caller}.*\\n {2}(.+)$`, "m"));
    return line;
  }

  /** Names of its folders in the system's temporary one. */
  get folders(): readonly string[] {
    return readdirSync(tmpdir()).filter((name) => name.includes(`-${this.child.pid}-`));
  }

  get length(): number {
    return this.printed.length;
  }

  /** As the system kills a process that takes too much memory: it cleans up nothing. */
  async kill(): Promise<void> {
    this.child.kill("SIGKILL");
    await once(this.child, "exit");
  }

  /** Ctrl-C; the exit code. */
  async close(): Promise<number | null> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      this.child.kill("SIGINT");
      await once(this.child, "exit");
    }
    return this.child.exitCode;
  }
}
