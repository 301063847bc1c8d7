"use strict";
const { endBundler, ensurePackages } = require("./packages.cjs");
const { openRunFolder } = require("./run-folder.cjs");

/** Before the first test of any tier. */
module.exports = async () => {
  globalThis.runFolder ??= openRunFolder();
  ensurePackages();
  await endBundler();
};
