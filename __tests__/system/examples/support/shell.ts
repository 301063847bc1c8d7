import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run, type Said } from "../../clients/support/run";

/** One line with a tool that the printed commands need and this machine lacks. */
export const MISSING_TOOLS = ["bash", "curl", "jq"]
  .filter((tool) => spawnSync(tool, ["--version"]).status !== 0)
  .map((tool) => `no ${tool} on this machine`)[0];

/** A shell for the printed commands, with its own home folder and the stand-ins. */
export class Shell {
  private readonly home = mkdtempSync(join(tmpdir(), "front-door-shell-"));

  /**
   * @param connections of curl, to ports of this machine: `metadata.google.internal:80` → 127.0.0.1:8080
   * @param path folders before the usual ones
   */
  constructor(
    private readonly environment: Readonly<Record<string, string>>,
    { connections = {}, path = [] }: { connections?: Readonly<Record<string, number>>; path?: readonly string[] } = {},
  ) {
    const lines = Object.entries(connections).map(([host, port]) => `connect-to = "${host}:127.0.0.1:${port}"`);
    writeFileSync(join(this.home, ".curlrc"), ["silent", ...lines, ""].join("\n"));
    this.path = [...path, process.env.PATH ?? ""].join(":");
  }

  private readonly path: string;

  run(script: string, environment: Readonly<Record<string, string>> = {}): Promise<Said> {
    const { home, path } = this;
    return run("bash", ["--norc", "-euc", script], { PATH: path, HOME: home, ...this.environment, ...environment });
  }

  remove(): void {
    rmSync(this.home, { recursive: true, force: true });
  }
}
