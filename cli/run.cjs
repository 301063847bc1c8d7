#!/usr/bin/env node
"use strict";
/**
 * Runs one command of this program: `node cli/run.cjs synth dev`. It is plain JavaScript because it bundles the
 * TypeScript, whenever a source has changed since the last run. It never runs an older bundle.
 */
const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`This program needs Node 20.19 or newer, and this is ${process.version}. Install one (nvm install).`);
  process.exit(64);
}

const { existsSync } = require("node:fs");
const { join } = require("node:path");
if (!["program.ts", "../dist/program.js"].some((file) => existsSync(join(__dirname, file)))) {
  console.error("This copy of cloud-front-door is incomplete. In a clone, npm run pack makes a complete one.");
  process.exit(64);
}

const { machineFault, nameFiles } = require("./process/machine-fault.cjs");
nameFiles(require("node:fs"));
// Also for errors outside the command's own promise, and while the program is loaded.
process.on("uncaughtException", (error) => {
  const fault = machineFault(error);
  console.error(fault ?? error);
  process.exit(fault === undefined ? 1 : 64);
});

const { readdirSync, statSync } = require("node:fs");
const { setFlagsFromString } = require("node:v8");
const { ensureBuilt, PROJECT } = require("./bundle/build.cjs");
const { freshTree, inputsNow, keepTree } = require("./bundle/fresh-tree.cjs");
const { loadProgram } = require("./bundle/compiled.cjs");

/** Config and OpenAPI documents, but not the schema that editors read. */
const READ = /(?<!^schema)\.(ya?ml|json)$/;

const [, , command] = process.argv;
const tree = command === "review" ? freshTree() : undefined;
const synthesizes = ["synth", "app", "review"].includes(command) && tree === undefined;
const bundle = tree !== undefined ? "review-program" : ["synth", "app"].includes(command) ? "synth-program" : "program";
const inputs = synthesizes ? inputsNow() : undefined;
// Most commands end before optimized code would pay off: optimizing takes a quarter of their processor time, and 12 MB in
// a synthesis. There, a heap whose space for new objects grows takes another 13 MB. Reading 200 kB of config already
// takes longer than that.
if (command !== "local" && configBytes() < 200_000) {
  setFlagsFromString("--no-opt");
  if (synthesizes) setFlagsFromString("--semi-space-growth-factor=1");
}

// cdktf calls it, and Node has deprecated it (DEP0044): it would warn in each command, and may remove it.
require("node:util").isArray = Array.isArray;

process.exitCode = 1; // until the command sets its own exit code
const built = build();
if (built !== undefined) {
  const { run, main } = loadProgram(built);
  const keep = (made) => keepTree(made, inputs, built.ran);
  run(process.argv.slice(2), { functions: built.functions, main, tree, keepTree: keep });
}

function configBytes() {
  try {
    const folder = join(PROJECT, "config");
    return readdirSync(folder, { recursive: true }).reduce(
      (sum, name) => sum + (READ.test(name) ? statSync(join(folder, name)).size : 0),
      0,
    );
  } catch {
    return 0; // The command reports the fault of the project or of config/.
  }
}

function build() {
  try {
    return ensureBuilt(bundle);
  } catch (error) {
    if (error.code === "MODULE_NOT_FOUND") {
      console.error("The packages of this program are not installed. Run: npm ci");
      process.exitCode = 64;
    } else if (!Array.isArray(error.errors)) {
      throw error;
    } // Otherwise esbuild has printed the faults in the sources, with file and line.
  }
}
