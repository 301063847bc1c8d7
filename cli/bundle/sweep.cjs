"use strict";
const { readdirSync, rmSync } = require("node:fs");
const { join } = require("node:path");

/**
 * Removes the leftovers of killed commands: `draft-<process id>`, and `<file>.v8.<process id>` of `compiled.cjs`.
 *
 * @param build the folder `.build/` of a project
 */
function sweep(build) {
  try {
    for (const name of readdirSync(build)) {
      const [, pid] = /^(?:draft-(?:[a-z-]+-)?|.*\.v8\.)(\d+)$/.exec(name) ?? [];
      if (pid !== undefined && isGone(Number(pid))) rmSync(join(build, name), { recursive: true, force: true });
    }
  } catch {
    // The folder is missing or read-only, so there is nothing to remove.
  }
}

/** Whether no process has this id, of this user or another. */
function isGone(pid) {
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return error.code === "ESRCH";
  }
}

module.exports = { isGone, sweep };
