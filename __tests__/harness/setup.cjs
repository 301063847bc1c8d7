"use strict";
const { endBundler, ensurePackages } = require("./packages.cjs");
const { openRunFolder } = require("./run-folder.cjs");

/** Runs before the first test of any tier. */
module.exports = async () => {
  globalThis.runFolder ??= openRunFolder();
  // Terraform and its providers are short-lived Go programs: fewer garbage collections save a sixth of their
  // processor time.
  process.env.GOGC ??= "400";
  ensurePackages();
  await endBundler();
};
