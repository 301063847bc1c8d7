"use strict";
const { existsSync, statSync } = require("node:fs");
const { dirname, join } = require("node:path");

/** The nearest folder, from this one upward, that holds a file of this name. Undefined where none does. */
function folderWith(name, folder) {
  const path = join(folder, name);
  if (existsSync(path) && statSync(path).isFile()) return folder;
  return dirname(folder) === folder ? undefined : folderWith(name, dirname(folder));
}

/** The project around the current folder. Undefined outside of one. */
function projectFolder() {
  return folderWith("cdktf.json", process.cwd());
}

/**
 * Which file this is on this machine: its inode, and when that last changed. No checkout and no archive brings these along,
 * so that a committed bundle never passes for one that was made here.
 */
function placeOf(path) {
  const { ino, ctimeNs } = statSync(path, { bigint: true });
  return `${ino} ${ctimeNs}`;
}

module.exports = { folderWith, placeOf, projectFolder };
