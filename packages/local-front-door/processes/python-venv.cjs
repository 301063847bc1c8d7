"use strict";
/** Plain JavaScript, so that scripts can use it without a build. `python-venv.d.cts` describes the exports. */
const { spawnSync } = require("node:child_process");
const { createHash } = require("node:crypto");
const { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } = require("node:fs");
const { basename, dirname, join } = require("node:path");

/** Ends a process that hangs. An index that does not answer ends pip sooner. */
const MOST_MILLISECONDS = 600_000;

function pythonVenv({ name, requirements, build, onFetch, python = "python3" }) {
  const hash = createHash("sha256").update(readFileSync(requirements)).digest("hex").slice(0, 16);
  const kept = join(build, `${name}-${hash}`);
  if (existsSync(kept)) return { folder: kept };
  mkdirSync(build, { recursive: true });
  const draft = join(build, `draft-${name}-${process.pid}`);
  const failed = makeVenv(draft, requirements, python, onFetch);
  if (failed !== undefined) {
    rmSync(draft, { recursive: true, force: true });
    return { missing: failed };
  }
  // Python finds its packages relative to its own path, so the folder may move. Only the scripts that pip installs
  // would break.
  keepFolder(draft, kept, `${name}-`);
  return { folder: kept };
}

/** Returns one line with the reason why it failed; undefined if it succeeded. */
function makeVenv(folder, requirements, python, onFetch) {
  const own = join(folder, "bin", "python");
  const install = ["install", "--quiet", "--disable-pip-version-check", "--no-deps", "-r", requirements];
  const made = failureOf(python, ["-m", "venv", "--without-pip", folder]);
  if (made !== undefined) return made;
  onFetch?.();
  // Takes two seconds less than a pip in the environment. Python may lack a pip, or have one older than 22.3.
  const failed = failureOf(python, ["-m", "pip", "--python", own, ...install]);
  if (failed === undefined || !/No module named pip|no such option: --python/.test(failed)) return failed;
  return failureOf(python, ["-m", "venv", folder]) ?? failureOf(own, ["-m", "pip", ...install]);
}

/** Returns one line with the reason why a command failed; undefined if it succeeded. */
function failureOf(command, args) {
  const done = spawnSync(command, args, { encoding: "utf8", timeout: MOST_MILLISECONDS });
  if (done.status === 0) return undefined;
  const said = done.error?.message ?? done.stderr.trim().split("\n").at(-1);
  return `${command} ${args.slice(0, 2).join(" ")}: ${said}`;
}

function keepFolder(draft, kept, prefix) {
  const parent = dirname(kept);
  try {
    // A folder cannot be moved onto one that is not empty.
    renameSync(draft, kept);
  } catch (error) {
    if (!existsSync(kept)) throw error;
    rmSync(draft, { recursive: true, force: true });
  }
  for (const name of readdirSync(parent)) {
    if (name.startsWith(prefix) && name !== basename(kept))
      rmSync(join(parent, name), { recursive: true, force: true });
  }
}

module.exports = { keepFolder, pythonVenv };
