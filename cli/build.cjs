"use strict";
/** Bundles the program and the functions it deploys into `.build/`, when a source has changed. */
const { createHash } = require("node:crypto");
const { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } = require("node:fs");
const { join } = require("node:path");
const esbuild = require("esbuild");

const ROOT = join(__dirname, "..");
const BUILD = join(ROOT, ".build");
const PROGRAM = join(BUILD, "program.js");
const SOURCES = ["main.ts", "intent", "stacks", "functions", "cli", "local", "review", "package-lock.json"];

/** What plays the clouds on this machine. */
const LOCAL_PACKAGES = [
  "@aws-crypto/sha256-js",
  "@bufbuild/cel",
  "@smithy/signature-v4",
  "jose",
  "oauth2-mock-server",
  "selfsigned",
];

/** Path of the bundled program, made anew unless it was made from these very sources. */
function ensureBuilt() {
  const stamp = join(BUILD, "sources.sha256");
  const wanted = sourcesHash();
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted && existsSync(PROGRAM)) return PROGRAM;
  // Two commands may build at once: each in a folder of its own, then file by file into place, the stamp last.
  const draft = join(BUILD, `draft-${process.pid}`);
  mkdirSync(draft, { recursive: true });
  try {
    bundleProgram(join(draft, "program.js"));
    bundleFunction("authorizer", join(draft, "authorizer.mjs"));
    writeFileSync(join(draft, "sources.sha256"), wanted);
    for (const file of ["program.js", "authorizer.mjs", "sources.sha256"]) {
      renameSync(join(draft, file), join(BUILD, file));
    }
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
  return PROGRAM;
}

function bundleProgram(outfile) {
  esbuild.buildSync({
    absWorkingDir: ROOT,
    entryPoints: ["cli/program.ts"],
    outfile,
    bundle: true,
    platform: "node",
    target: "node20.19",
    format: "cjs",
    // Needed by `npm run local` alone, and loaded there: kept out of every synthesis.
    external: LOCAL_PACKAGES,
    logLevel: "warning",
  });
}

/** One ESM file from the packages' ES modules, minified: what AWS Lambda loads on a cold start. */
function bundleFunction(name, outfile) {
  esbuild.buildSync({
    absWorkingDir: ROOT,
    entryPoints: [`functions/${name}/index.ts`],
    outfile,
    bundle: true,
    platform: "node",
    target: "node20.19",
    format: "esm",
    mainFields: ["module", "main"],
    conditions: ["import"],
    minify: true,
    legalComments: "none",
    logLevel: "warning",
  });
}

function sourcesHash() {
  const hash = createHash("sha256");
  for (const source of SOURCES) hashInto(hash, source);
  return hash.digest("hex");
}

function hashInto(hash, path) {
  const absolute = join(ROOT, path);
  if (/\.[a-z]+$/.test(path)) {
    hash.update(`${path}\0`).update(readFileSync(absolute)).update("\0");
    return;
  }
  for (const entry of readdirSync(absolute).sort()) hashInto(hash, `${path}/${entry}`);
}

module.exports = { ensureBuilt, BUILD };
