import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { RunningCommand, type RunningProject } from "./running-command";

/** A running `npm run local`, with everything that it has printed. */
export class LocalCommand extends RunningCommand {
  constructor(project: RunningProject, ...args: readonly string[]) {
    super(project, ["local", ...args]);
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

  /** Ids of its running child processes, each of which leads a group. */
  get children(): readonly number[] {
    const { stdout } = spawnSync("pgrep", ["-P", String(this.child.pid)], { encoding: "utf8" });
    return stdout.split("\n").filter(Boolean).map(Number);
  }

  /** Kills it as the system does when memory runs out, so that it cleans up nothing. */
  async kill(): Promise<void> {
    this.child.kill("SIGKILL");
    await once(this.child, "exit");
  }
}
