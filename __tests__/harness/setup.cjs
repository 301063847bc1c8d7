"use strict";
const { ensurePackages } = require("./packages.cjs");
const { openRunFolder } = require("./run-folder.cjs");

/** Before the first test of any tier. */
module.exports = () => {
  globalThis.runFolder ??= openRunFolder();
  ensurePackages();
};
