"use strict";
const { existsSync, statSync } = require("node:fs");
const { tmpdir } = require("node:os");
const { dirname, join } = require("node:path");

/**
 * What an operating system refuses: Node's code, with the call where only that call means it; the cause; the remedy.
 * `said` is the same in the words of other programs, such as Terraform.
 */
const FAULTS = {
  EROFS: ["its file system is read-only", "run this in a checkout that you can write to", "read-only file system"],
  EACCES: ["this user may not use it", "give this user the right, or run as the user who has it"],
  EPERM: ["this user may not use it", "give this user the right, or run as the user who has it"],
  ENOSPC: ["no space is left on its file system", "free some space there, and start again", "no space left on device"],
  EDQUOT: ["the quota of this user is used up there", "free some space there, and start again", "disk quota exceeded"],
  EFBIG: ["the file would be larger than allowed", "raise the limit (ulimit -f), and start again", "file too large"],
  EMFILE: [
    "this process has too many open files and connections",
    "raise the limit (ulimit -n 1024), and start again",
    "too many open files",
  ],
  ENFILE: ["this machine has too many open files and connections", "end other programs, and start again"],
  EIO: ["its disk or network drive reports an error", "check the drive, and start again", "input/output error"],
  EBUSY: ["another program uses it", "end that program, and start again"],
  ETXTBSY: ["another program uses it", "end that program, and start again"],
  ELOOP: ["its links lead in a circle", "correct the links"],
  ENAMETOOLONG: ["its name is too long", "use a shorter path"],
  EISDIR: ["a folder is in the place of a file", "move the folder away, and start again", "is a directory"],
  ENOTDIR: ["a file is in the place of a folder", "move the file away, and start again", "not a directory"],
  "EEXIST mkdir": ["a file is in the place of a folder", "move the file away, and start again"],
  ENOTEMPTY: ["a folder with files is in the way", "move the folder away, and start again"],
  // Node reports it in place of EROFS when it creates a folder with its parents.
  "ENOENT mkdir": ["it cannot be made, as on a read-only file system", "run this in a checkout that you can write to"],
  "ENOENT mkdtemp": ["there is no such folder", "make the folder, and start again"],
  "ENOENT uv_cwd": ["it was removed", "change to a folder that exists, and start again"],
};

/** Limits that any call can meet, whatever it opens. */
const OF_ANY_CALL = ["EMFILE", "ENFILE"];

/** Calls that concern another machine or program, not a file. */
const OF_NO_FILE = /^(connect|listen|bind|accept|getaddrinfo|query|kill|spawn)/;

/**
 * Two lines on what this machine refused, with the path and the remedy; undefined for any other error.
 *
 * @param error the thrown value
 */
function machineFault(error) {
  const { code, path, dest, syscall } = error ?? {};
  if (OF_ANY_CALL.includes(code)) {
    const [limit, more] = FAULTS[code];
    return `${limit} (${code}, ${syscall})\n    ${more}`;
  }
  if (typeof syscall !== "string" || OF_NO_FILE.test(syscall)) return undefined;
  const [why, remedy] = FAULTS[`${code} ${syscall}`] ?? FAULTS[code] ?? [];
  if (why === undefined) return undefined;
  if (syscall === "uv_cwd") return lines("the current folder", why, `${code}, ${syscall}`, remedy);
  const place = placeOf(code, syscall, dest ?? path);
  return lines(place ?? "a file", why, `${code}, ${syscall}`, remedy + temporary(place));
}

/** The same for what another program, such as Terraform, printed about a file of this machine. */
function machineFaultIn(text) {
  for (const [code, [why, remedy, said]] of Object.entries(FAULTS)) {
    if (said === undefined) continue;
    const [, path] = new RegExp(`(?:^|[\\s"'(])(/(?!/)[^\\s:"']*)["']?: ${said}`, "i").exec(text) ?? [];
    if (path !== undefined) return lines(path, why, code, remedy + temporary(path));
  }
  return undefined;
}

function lines(place, why, what, remedy) {
  return `${place}: ${why} (${what})\n    ${remedy}`;
}

/** The file or folder that a person must look at. */
function placeOf(code, syscall, path) {
  if (path === undefined) return undefined;
  // Node appends six characters to the name.
  const asked = syscall === "mkdtemp" ? dirname(path) : path;
  if (code !== "ENOTDIR" && code !== "EEXIST") return asked;
  for (let place = asked; dirname(place) !== place; place = dirname(place)) {
    if (existsSync(place) && !statSync(place).isDirectory()) return place;
  }
  return asked;
}

/** The second remedy, for the folder of temporary files and for what this program makes there. */
function temporary(place = "") {
  const isOwn = place.startsWith(join(tmpdir(), "front-door-")) && !place.startsWith(process.cwd());
  return isOwn || place === tmpdir() ? "; or set TMPDIR to another folder" : "";
}

/**
 * Makes errors of reads and writes name their file, for all parts of the program. Node names it only if the file cannot
 * be opened, not if a disk is full or a folder is read.
 *
 * @param fs Node's module, which is changed
 */
function nameFiles(fs) {
  for (const name of ["appendFileSync", "readFileSync", "writeFileSync"]) {
    const original = fs[name];
    fs[name] = (file, ...rest) => {
      try {
        return original(file, ...rest);
      } catch (error) {
        if (typeof file === "string" && error.syscall !== undefined) error.path ??= file;
        throw error;
      }
    };
  }
}

module.exports = { FAULTS, machineFault, machineFaultIn, nameFiles };
