"use strict";
/** Errors of the file system by Node's code: the cause and the remedy. */
const FAULTS = {
  EROFS: ["its file system is read-only", "run this in a checkout that you can write to"],
  EACCES: ["this user may not use it", "give this user the right, or run as the user who has it"],
  EPERM: ["this user may not use it", "give this user the right, or run as the user who has it"],
  ENOSPC: ["no space is left on its file system", "free some space there, and start again"],
  EDQUOT: ["the quota of this user is used up there", "free some space there, and start again"],
};

/** The fault that Node reports in place of EROFS when it creates a folder with its parents. */
const NO_FOLDER = ["it cannot be made, as on a read-only file system", "run this in a checkout that you can write to"];

/**
 * Two lines on an error of this machine's file system, with the path and the remedy; undefined for any other error.
 *
 * @param error the thrown value
 * @param root the project's folder, used if Node names no path, as for a write without space
 */
function machineFault(error, root) {
  const { code, path, dest, syscall } = error ?? {};
  if (typeof syscall !== "string" || /^(connect|listen|bind|kill|spawn)/.test(syscall)) return undefined;
  const [why, remedy] = (code === "ENOENT" && syscall === "mkdir" ? NO_FOLDER : FAULTS[code]) ?? [];
  return why && `${dest ?? path ?? `a file below ${root}`}: ${why} (${code}, ${syscall})\n    ${remedy}`;
}

module.exports = { machineFault };
