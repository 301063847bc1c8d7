#!/usr/bin/env node
"use strict";
/**
 * Runs one command of this program: `node cli/run.cjs synth dev`. Plain JavaScript, because it is what makes the rest
 * run: it bundles the TypeScript when a source has changed since the last time, and never runs an older bundle.
 */
const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`This program needs Node 20.19 or newer, and this is ${process.version}. Install one (nvm install).`);
  process.exit(2);
}

let build;
try {
  build = require("./build.cjs");
} catch (error) {
  if (error.code !== "MODULE_NOT_FOUND") throw error;
  console.error("The packages of this program are not installed. Run: npm ci");
  process.exit(2);
}

try {
  process.exitCode = 1; // until the command says otherwise
  const program = build.ensureBuilt();
  require(program).run(process.argv.slice(2));
} catch (error) {
  // esbuild has printed what is wrong with the sources, with file and line.
  if (!Array.isArray(error.errors)) console.error(error);
}
