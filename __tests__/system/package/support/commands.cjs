"use strict";
/**
 * Runs commands of an installed package in one process, which loads the bundles once, and prints their exit codes.
 *
 *     node commands.cjs PACKAGE '[["synth"], ["synth", "--check"]]'
 */
const { join } = require("node:path");
const [home, commands] = process.argv.slice(2);
const { ensureBuilt } = require(join(home, "cli/bundle/build.cjs"));
const { loadProgram } = require(join(home, "cli/bundle/compiled.cjs"));

async function runAll() {
  const built = ensureBuilt("program");
  const { run, main } = loadProgram(built);
  const codes = [];
  for (const args of JSON.parse(commands)) {
    await run(args, { functions: built.functions, main, keepTree: () => {} });
    codes.push(process.exitCode);
  }
  console.log(`\n${JSON.stringify(codes)}`);
}

void runAll();
