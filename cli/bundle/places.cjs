"use strict";
const { existsSync } = require("node:fs");
const { dirname, join } = require("node:path");

/** The project around a folder: the nearest one, upward, that holds `cdktf.json`. Undefined where there is none. */
function projectFolder(from) {
  for (let folder = from; ; folder = dirname(folder)) {
    if (existsSync(join(folder, "cdktf.json"))) return folder;
    if (dirname(folder) === folder) return undefined;
  }
}

module.exports = { projectFolder };
