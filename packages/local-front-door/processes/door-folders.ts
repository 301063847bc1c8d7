import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { lstatSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from "node:fs";
import { hostname, platform, tmpdir } from "node:os";
import { join } from "node:path";

/** `front-door-<what>-<process id>-<its start>-<machine>-<six characters>` */
const NAME = /^front-door-(?:authority|envoy|function|logs|synthesis)-(\d+)-(\w+)-(\w+)-\w{6}$/;

/** Used if a process's start time cannot be read. A folder with this mark is never treated as left behind. */
export const UNKNOWN = "unknown";

let ownMark: string | undefined;
const made: string[] = [];

/**
 * A new folder of this process, for this user alone, until the process ends. A killed process leaves it behind. @param
 * parent default: the system's
 */
export function doorFolder(what: "authority" | "envoy" | "function" | "logs" | "synthesis", parent = tmpdir()): string {
  ownMark ??= `${process.pid}-${startOf(process.pid) ?? UNKNOWN}-${machine()}`;
  const folder = mkdtempSync(join(parent, `front-door-${what}-${ownMark}-`));
  if (made.length === 0) process.once("exit", removeMade);
  made.push(folder);
  return folder;
}

function removeMade(): void {
  for (const folder of made) rmSync(folder, { recursive: true, force: true });
}

/**
 * Removes the folders of killed processes. A process id alone is not enough, because another process may have it now.
 * Together with the start time, it identifies one process. Folders of other users, other containers and earlier boots
 * stay, because nothing here shows whether their process runs.
 */
export function removeLeftFolders(parent = tmpdir()): void {
  const here = machine();
  for (const name of readdirSync(parent)) {
    const [, pid = "", start, of] = NAME.exec(name) ?? [];
    const path = join(parent, name);
    if (of !== here || start === UNKNOWN || !isOwnFolder(path)) continue;
    if ([start, UNKNOWN].includes(startOf(Number(pid)))) continue;
    try {
      rmSync(path, { recursive: true, force: true });
    } catch {
      // A failure does not prevent the start: the next start tries again.
    }
  }
}

/** Whether it is a folder of this user, and not a link. Another start may have removed it meanwhile. */
function isOwnFolder(path: string): boolean {
  const found = lstatSync(path, { throwIfNoEntry: false });
  return found?.isDirectory() === true && found.uid === process.getuid?.();
}

/**
 * Start time of a process, as the system counts it. Undefined if there is no such process, or if it only waits to be
 * reaped.
 * `unknown` if the system does not answer, for example without descriptors, and on Windows.
 */
export function startOf(pid: number, system = platform()): string | undefined {
  if (system === "win32") return UNKNOWN;
  if (system === "linux") {
    const stat = statOf(pid);
    if (stat === UNKNOWN) return UNKNOWN;
    // The program's name, in brackets, may contain anything. https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
    const [state, ...rest] = stat?.slice(stat.lastIndexOf(")") + 2).split(" ") ?? [];
    return state === "Z" || state === "X" ? undefined : rest[18];
  }
  const env = { PATH: process.env.PATH, LC_ALL: "C", TZ: "UTC" };
  const { stdout, error } = spawnSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8", env });
  if (error !== undefined) return UNKNOWN;
  return stdout?.trim() ? shortHash(stdout.trim()) : undefined;
}

function statOf(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/stat`, "utf8");
  } catch (error) {
    return ["ENOENT", "ESRCH"].includes((error as NodeJS.ErrnoException).code ?? "") ? undefined : UNKNOWN;
  }
}

/** This boot and this container: process ids from another one are meaningless here. */
export function machine(): string {
  const boot = textOf(() => readFileSync("/proc/sys/kernel/random/boot_id", "utf8"));
  return shortHash(`${hostname()} ${boot} ${textOf(() => readlinkSync("/proc/self/ns/pid"))}`);
}

function textOf(read: () => string): string | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

function shortHash(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 12);
}
