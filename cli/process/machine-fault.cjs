"use strict";
/** Errors of the file system, by Node's code: the cause and the remedy. */
const FAULTS = {
  EROFS: ["its file system is read-only", "run this in a checkout that you can write to"],
  EACCES: ["this user may not use it", "give this user the right, or run as the user who has it"],
  EPERM: ["this user may not use it", "give this user the right, or run as the user who has it"],
  ENOSPC: ["no space is left on its file system", "free some space there, and start again"],
  EDQUOT: ["the quota of this user is used up there", "free some space there, and start again"],
};

/** Errors of any system call, by Node's code: the machine or this user's limit. */
const OPEN_FILES = {
  EMFILE: [
    "more files and connections are open than this process may have",
    "allow more (ulimit -n 1024), and start again",
  ],
  ENFILE: ["more files and connections are open than this machine may have", "end other programs, and start again"],
};

/** The fault that Node reports in place of EROFS when it creates a folder with its parents. */
const NO_FOLDER = ["it cannot be made, as on a read-only file system", "run this in a checkout that you can write to"];

/**
 * Two lines on an error of this machine, with the path and the remedy: of its file system, or of a limit on open files.
 * Undefined for any other error.
 *
 * @param error the thrown value
 * @param root the project's folder, used if Node names no path, as for a write without space
 */
function machineFault(error, root) {
  const { code, path, dest, syscall } = error ?? {};
  const [limit, more] = OPEN_FILES[code] ?? [];
  if (limit) return `${limit} (${code}, ${syscall})\n    ${more}`;
  if (typeof syscall !== "string" || /^(connect|listen|bind|kill|spawn)/.test(syscall)) return undefined;
  const [why, remedy] = (code === "ENOENT" && syscall === "mkdir" ? NO_FOLDER : FAULTS[code]) ?? [];
  return why && `${dest ?? path ?? `a file below ${root}`}: ${why} (${code}, ${syscall})\n    ${remedy}`;
}

module.exports = { machineFault };
