import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import type { Socket } from "node:net";

/**
 * A watcher in the program's own process group reads descriptor 3 until this program's end of it closes. It then ends
 * the group with a signal, and one second later by force. As a member of the group, it can signal the group without a
 * process id, which another process could have by then.
 */
const WATCHED =
  '( { trap "" TERM; read line; kill -TERM 0; sleep 1; kill -KILL 0; } <&3 >/dev/null 2>&1 4<&- & ); ' +
  // Variables that a shell adds.
  'unset PWD OLDPWD SHLVL; exec "$@" 3<&-';

const TETHER = 3;

/** Why no program can be started here; undefined if one can. */
export function tetherObstacle(platform: NodeJS.Platform = process.platform): string | undefined {
  return platform === "win32"
    ? "got Windows, expected Linux or macOS: run it in the Windows Subsystem for Linux"
    : undefined;
}

export type TetheredOptions = Pick<SpawnOptions, "cwd" | "env"> & {
  /** Whether it is a Node process with a channel for messages. Default: false. */
  readonly channel?: boolean;
};

/**
 * Starts a program that ends when this one ends, even if this one is killed. Everything that it starts in its process
 * group ends too. Ctrl-C in a terminal is not sent to it. A program that cannot be run exits with 126 or 127.
 */
export function spawnTethered(command: readonly string[], { channel = false, ...options }: TetheredOptions) {
  const child = spawn("/bin/sh", ["-c", WATCHED, "sh", ...command], {
    ...options,
    detached: true,
    stdio: ["ignore", "pipe", "pipe", "pipe", ...(channel ? (["ipc"] as const) : [])],
  });
  child.once("exit", () => endProcessGroup(child));
  return child;
}

/** Ends the program and its group. Kills them if they have not ended within a second. */
export function endProcessGroup(child: ChildProcess): void {
  // Undefined if the system had no descriptors left to start the program.
  (child.stdio?.[TETHER] as Socket | undefined)?.destroy();
}

/** Calls back with each whole line that a child process writes. */
export function printLines(stream: NodeJS.ReadableStream | null, print: (line: string) => void): void {
  let rest = "";
  stream?.setEncoding("utf8").on("data", (text: string) => {
    const lines = `${rest}${text}`.split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) print(line);
  });
}
