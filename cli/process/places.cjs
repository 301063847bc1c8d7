"use strict";
const { existsSync, statSync } = require("node:fs");
const { dirname, join } = require("node:path");

/** The nearest folder that holds a file of this name, from this one upward. Undefined if there is none. */
function folderWith(name, folder) {
  const path = join(folder, name);
  if (existsSync(path) && statSync(path).isFile()) return folder;
  return dirname(folder) === folder ? undefined : folderWith(name, dirname(folder));
}

/** The project around the current folder. Undefined outside a project. */
function projectFolder() {
  return folderWith("cdktf.json", process.cwd());
}

/**
 * Identifies a file on this machine: its inode, and the time of its last change. A checkout or an archive preserves
 * neither, so a committed bundle never passes for one that was made here.
 */
function placeOf(path) {
  const { ino, ctimeNs } = statSync(path, { bigint: true });
  return `${ino} ${ctimeNs}`;
}

module.exports = { folderWith, placeOf, projectFolder };
