"use strict";
const { existsSync } = require("node:fs");
const { dirname, join } = require("node:path");

/** The nearest folder, from this one upward, that holds a file of this name. Undefined where none does. */
function folderWith(name, folder) {
  if (existsSync(join(folder, name))) return folder;
  return dirname(folder) === folder ? undefined : folderWith(name, dirname(folder));
}

/** The project around the current folder. Undefined outside of one. */
function projectFolder() {
  return folderWith("cdktf.json", process.cwd());
}

module.exports = { folderWith, projectFolder };
