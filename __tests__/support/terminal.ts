import { spawnSync } from "node:child_process";
import { closeSync, openSync, rmSync, writeSync } from "node:fs";
import { commandLine, type ProjectCopy } from "./command";

const { stdout } = spawnSync("script", ["--version"], { encoding: "utf8" });

/** Why tests cannot run a command at a terminal here; undefined if they can. */
export const NO_TERMINAL = stdout?.includes("util-linux")
  ? undefined
  : "no script of util-linux on this machine, which makes a terminal";

/**
 * Returns a command's output as a person sees it, line by line.
 *
 * @param input what the person types
 */
export function seenOf(
  project: ProjectCopy,
  args: string,
  environment: NodeJS.ProcessEnv = process.env,
  input = "",
): readonly string[] {
  const command = [process.execPath, ...commandLine(args.split(" "))].map((part) => `'${part}'`).join(" ");
  // A pipe that never ends: at an end of input, `script` would send one to a program that has not read yet.
  const pipe = project.path("terminal-input");
  rmSync(pipe, { force: true });
  spawnSync("mkfifo", [pipe]);
  const keyboard = openSync(pipe, "r+");
  writeSync(keyboard, input);
  const seen = spawnSync("script", ["-qec", command, "/dev/null"], {
    cwd: project.folder,
    env: environment,
    stdio: [keyboard, "pipe", "pipe"],
    encoding: "utf8",
  });
  closeSync(keyboard);
  return seen.stdout.split("\r\n");
}
