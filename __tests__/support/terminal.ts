import { spawnSync } from "node:child_process";
import { commandLine, type ProjectCopy } from "./command";

const { stdout } = spawnSync("script", ["--version"], { encoding: "utf8" });

/** Why tests cannot run a command at a terminal here; undefined if they can. */
export const NO_TERMINAL = stdout?.includes("util-linux")
  ? undefined
  : "no script of util-linux on this machine, which makes a terminal";

/**
 * Returns a command's output as a person sees it, line by line.
 *
 * @param input what the person types: all of it, since `script` ends no terminal that reads late
 */
export function seenOf(
  project: ProjectCopy,
  args: string,
  environment: NodeJS.ProcessEnv = process.env,
  input = "",
): readonly string[] {
  const command = [process.execPath, ...commandLine(args.split(" "))].map((part) => `'${part}'`).join(" ");
  const seen = spawnSync("script", ["-qec", command, "/dev/null"], {
    cwd: project.folder,
    env: environment,
    input,
    encoding: "utf8",
  });
  return seen.stdout.split("\r\n");
}
