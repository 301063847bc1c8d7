import { linkSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { basename, dirname, join } from "node:path";
import { machine, startOf, UNKNOWN } from "../../packages/local-front-door/processes/door-folders";
import { type CommandError, projectError } from "./command-error";
import { shownPath } from "./project";

/** The process that a lock names. An id alone may belong to another process by now, or to one of another machine. */
export interface LockHolder {
  readonly lock: string;
  readonly pid: number;
  /** Start time as the system counts it; undefined in a lock of an earlier release. */
  readonly start: string | undefined;
  /** Boot and container in which the id means anything; undefined in a lock of an earlier release. */
  readonly mark: string | undefined;
  /** Host name, for people. */
  readonly host: string | undefined;
}

/**
 * Creates a lock file that names this process from the first moment. The lock of an ended process does not count. A lock
 * of another machine does, because nothing here shows whether its process runs. `releaseLock` removes the file.
 *
 * @returns undefined, or the process that holds the lock
 */
export function takeLock(lock: string): LockHolder | undefined {
  const own = `${lock}.${process.pid}-${machine()}`;
  try {
    writeFileSync(own, ownText(), { mode: 0o600 });
    const holder = take(lock, own);
    if (holder === undefined) removeLeft(lock);
    return holder;
  } finally {
    rmSync(own, { force: true });
  }
}

/** Removes the files that processes on this machine had written for the lock before they were killed. */
function removeLeft(lock: string): void {
  for (const name of readdirSync(dirname(lock))) {
    const [, file, pid, mark] = /^(.*)\.(\d+)-(\w+)$/.exec(name) ?? [];
    const isOfLock = file !== undefined && [basename(lock), basename(takeoverOf(lock))].includes(file);
    if (isOfLock && mark === machine() && presence(Number(pid)) === "absent") {
      rmSync(join(dirname(lock), name), { force: true });
    }
  }
}

/** The lock that a process holds while it replaces another one. */
function takeoverOf(lock: string): string {
  return `${lock}.takeover`;
}

/** Removes a lock that this process holds. Leaves one that another process took after a person removed this one. */
export function releaseLock(lock: string): void {
  if (read(lock) === ownText()) rmSync(lock, { force: true });
}

/** Two lines on a lock that another process holds: the problem, with process and file, and the remedy. */
export function heldLock(holder: LockHolder, problem: (process: string) => string): CommandError {
  const path = shownPath(holder.lock);
  const process = `process ${holder.pid}${holder.host === undefined ? "" : ` on ${holder.host}`}`;
  return projectError(
    `${problem(process)} (lock file ${path})`,
    `wait until that process has ended; if it is no command of this project, remove ${path}`,
  );
}

/** Whether a process of this id is running, whichever user owns it. */
export function isAlive(pid: number): boolean {
  return presence(pid) !== "absent";
}

/** Links the own file to the lock's name. Takes the place of an ended process's lock. */
function take(lock: string, own: string): LockHolder | undefined {
  for (;;) {
    if (isLinked(own, lock)) return undefined;
    const text = read(lock);
    if (text === undefined) continue;
    const holder = holderIn(lock, text);
    if (isRunning(holder)) return holder;
    const taken = replaceEnded(lock, own, text);
    if (taken !== "changed") return taken;
  }
}

/**
 * Replaces an ended process's lock in one step, while no other process may: the process that does so holds a second lock,
 * for which the same rules apply. A process that judged the first lock earlier finds another text here.
 */
function replaceEnded(lock: string, own: string, text: string): LockHolder | "changed" | undefined {
  const second = takeoverOf(lock);
  const other = takeLock(second);
  if (other !== undefined) return other;
  try {
    if (read(lock) !== text) return "changed";
    renameSync(own, lock);
    return undefined;
  } finally {
    releaseLock(second);
  }
}

function isLinked(own: string, lock: string): boolean {
  try {
    linkSync(own, lock);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** Undefined if there is no lock. Throws if it is anything but a file. */
function read(lock: string): string | undefined {
  try {
    return readFileSync(lock, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw Object.assign(error as NodeJS.ErrnoException, { path: lock });
  }
}

/** `<process id> <its start> <its machine> <host name>` */
function ownText(): string {
  return `${process.pid} ${startOf(process.pid) ?? UNKNOWN} ${machine()} ${hostname()}\n`;
}

function holderIn(lock: string, text: string): LockHolder {
  const [pid = "", start, mark, host] = text.trim().split(" ");
  return { lock, pid: Number(pid), start, mark, host };
}

function isRunning({ pid, start, mark }: LockHolder): boolean {
  if (mark !== undefined && mark !== machine()) return true;
  const found = presence(pid);
  if (found === "absent" || start === undefined || start === UNKNOWN) return found !== "absent";
  const now = startOf(pid);
  // Some systems hide the processes of other users. An own process without a start has ended and waits to be reaped.
  if (now === undefined) return found === "of another user";
  return now === start || now === UNKNOWN;
}

function presence(pid: number): "own" | "of another user" | "absent" {
  if (!Number.isInteger(pid) || pid <= 0) return "absent";
  try {
    process.kill(pid, 0);
    return "own";
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM" ? "of another user" : "absent";
  }
}
