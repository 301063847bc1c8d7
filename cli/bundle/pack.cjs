"use strict";
/**
 * Makes `dist/` for the published package, which holds no TypeScript: the program, the functions, and the door of the package
 * with its types. `npm pack` calls it before it packs, and with `--remove` afterwards: a project that has sources runs
 * those, never a `dist/` of an older day.
 */
const { buildSync } = require("esbuild");
const { spawnSync } = require("node:child_process");
const { mkdirSync, readFileSync, rmSync, writeFileSync } = require("node:fs");
const { join } = require("node:path");
const { importsOf, DIST, FUNCTIONS } = require("./build.cjs");
const { functionOptions, scriptOptions, PACKAGE } = require("./options.cjs");

const { dependencies, peerDependencies } = JSON.parse(readFileSync(join(PACKAGE, "package.json"), "utf8"));
/** Installed with the package, or by the project: all else goes into the bundles. */
const INSTALLED = Object.keys({ ...dependencies, ...peerDependencies });
/** Commands that only this repository has. */
const REPOSITORY = ["bench/bench", "check/check", "lint-workflows/lint-workflows", "scan/scan"];

rmSync(DIST, { recursive: true, force: true });
if (!process.argv.includes("--remove")) make();

function make() {
  mkdirSync(DIST);
  const external = [...INSTALLED, ...REPOSITORY.map((path) => `./${path}`)];
  for (const name of ["program", "synth-program"]) {
    bundle(`${name}.js`, { ...scriptOptions(), entryPoints: [`cli/${name}.ts`], external });
  }
  for (const name of FUNCTIONS) bundle(`${name}.mjs`, functionOptions(name));
  const { banner, footer, ...module } = scriptOptions();
  bundle("index.cjs", { ...module, entryPoints: ["stacks/index.ts"], external: INSTALLED });
  types();
}

function bundle(file, options) {
  const made = buildSync({ ...options, outfile: join(DIST, file), metafile: true, write: false });
  writeFileSync(join(DIST, file), made.outputFiles[0].contents);
  writeFileSync(join(DIST, `${file}.json`), JSON.stringify({ imports: importsOf(made.metafile) }));
}

function types() {
  const options = ["--noEmit", "false", "--declaration", "--emitDeclarationOnly", "--rootDir", PACKAGE];
  const settings = join(DIST, "tsconfig.json");
  writeFileSync(settings, JSON.stringify({ extends: "../tsconfig.json", include: [], files: ["../stacks/index.ts"] }));
  const tsc = require.resolve("typescript/package.json").replace(/package\.json$/, "bin/tsc");
  const args = [tsc, "-p", settings, ...options, "--outDir", join(DIST, "types")];
  const { status } = spawnSync(process.execPath, args, { stdio: "inherit" });
  rmSync(settings);
  if (status !== 0) process.exit(1);
}
