"use strict";
/**
 * One temporary folder for everything that a test run writes. It also marks every process that the run starts, because
 * they inherit `TMPDIR`. Folder and processes are removed at the end of the run, even an interrupted one. The next run
 * removes what a killed run left behind.
 */
const { mkdirSync, readdirSync, readFileSync, realpathSync, rmSync } = require("node:fs");
const { tmpdir } = require("node:os");
const { join } = require("node:path");
const { isGone } = require("../../cli/bundle/sweep.cjs");

const PREFIX = "front-door-tests-";
/** Variables from which `os.tmpdir()` takes the folder: the first on Linux and macOS, the others on Windows. */
const TEMPORARY = ["TMPDIR", "TEMP", "TMP"];

/** @returns the folder, which is `os.tmpdir()` from now on */
function openRunFolder() {
  // Processes report the real path of their folder: macOS has a link in it, Windows short names.
  const parent = realpathSync.native(tmpdir());
  for (const name of readdirSync(parent)) {
    const pid = Number(new RegExp(`^${PREFIX}(\\d+)$`).exec(name)?.[1]);
    if (pid > 0 && isGone(pid)) clear(join(parent, name));
  }
  const folder = join(parent, `${PREFIX}${process.pid}`);
  mkdirSync(folder, { recursive: true });
  for (const name of TEMPORARY) process.env[name] = folder;
  for (const [signal, code] of Object.entries({ SIGINT: 130, SIGTERM: 143, SIGHUP: 129 })) {
    process.once(signal, () => {
      clear(folder);
      process.exit(code);
    });
  }
  process.once("exit", () => clear(folder));
  return folder;
}

/** Ends processes that still run, and removes remaining files. */
function clear(folder) {
  for (const { pid } of processesOf(folder)) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // The process has ended meanwhile.
    }
  }
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}

/** Returns the processes of this folder, from `/proc`; empty on systems without it. */
function processesOf(folder) {
  let pids = [];
  try {
    pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  } catch {
    return [];
  }
  return pids.flatMap((pid) => {
    try {
      const variables = readFileSync(`/proc/${pid}/environ`, "utf8").split("\0");
      if (!variables.includes(`TMPDIR=${folder}`)) return [];
      return [{ pid: Number(pid), command: readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim() }];
    } catch {
      return []; // The process has ended, or belongs to another user.
    }
  });
}

module.exports = { openRunFolder, clear, processesOf };
