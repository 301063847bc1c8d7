"use strict";
/** Preloaded into a command: prints at its end which bundles of `.build/` it has read, on standard error. */
const fs = require("node:fs");
const { basename, dirname } = require("node:path");

const { readFileSync } = fs;
const read = new Set();
fs.readFileSync = (path, ...rest) => {
  if (basename(dirname(String(path))) === ".build" && String(path).endsWith(".js")) read.add(basename(String(path)));
  return readFileSync(path, ...rest);
};
process.on("exit", () => fs.writeSync(2, `bundles: ${[...read].sort().join(" ")}\n`));
