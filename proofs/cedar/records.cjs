"use strict";
/** What Cedar decides about some environments, to compare with many changed functions. Asking Cedar takes the most time. */
const { mkdirSync, mkdtempSync, rmSync } = require("node:fs");
const { join } = require("node:path");
const { setFlagsFromString } = require("node:v8");
const { buildSync } = require("esbuild");
const { functionOptions, PACKAGE } = require("../../cli/bundle/options.cjs");

// V8 of Node 20 dies ("unreachable code") when it deoptimizes a call of WebAssembly that it inlined.
setFlagsFromString("--no-turbo-inline-js-wasm-calls");

/** A folder in the project, where its packages are found; removed at exit. */
function buildFolder() {
  mkdirSync(join(PACKAGE, ".build"), { recursive: true });
  const folder = mkdtempSync(join(PACKAGE, ".build", "cedar-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function comparison(folder) {
  const outfile = join(folder, "prove.cjs");
  buildSync({
    absWorkingDir: PACKAGE,
    entryPoints: ["proofs/cedar/prove.ts"],
    bundle: true,
    platform: "node",
    target: "node20.19",
    format: "cjs",
    packages: "external",
    outfile,
  });
  return require(outfile);
}

const SCRIPT = join(__dirname, "function-worker.cjs");

function cedarRecords({ count, seed }) {
  const folder = buildFolder();
  const { records, differs } = comparison(folder);
  const all = records(count, seed);
  let artefacts = 0;
  return {
    /** Whether the function of a project's copy decides some request otherwise. One that does not build does. */
    async differ(copy, milliseconds) {
      const artefact = join(folder, `${artefacts++}.mjs`);
      try {
        buildSync({ ...functionOptions("authorizer"), absWorkingDir: copy, outfile: artefact, logLevel: "silent" });
      } catch {
        return true;
      }
      return differs(all, { artefact, script: SCRIPT, milliseconds });
    },
  };
}

module.exports = { buildFolder, cedarRecords, comparison, SCRIPT };
