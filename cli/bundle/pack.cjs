"use strict";
/**
 * Makes `dist/` for the published package, which holds no TypeScript. It contains the program, the functions, the
 * package's front door with its types, and the licences of the bundled packages. `npm pack` calls it before it packs,
 * and with `--remove` afterwards. A project with sources runs those, never an outdated `dist/`.
 */
const { buildSync } = require("esbuild");
const { spawnSync } = require("node:child_process");
const { mkdirSync, readFileSync, rmSync, writeFileSync } = require("node:fs");
const { join } = require("node:path");
const { importsOf, DIST, FUNCTIONS } = require("./build.cjs");
const { functionOptions, scriptOptions, PACKAGE } = require("./options.cjs");
const { licences } = require("../../packages/publish.cjs");

const { dependencies, peerDependencies } = JSON.parse(readFileSync(join(PACKAGE, "package.json"), "utf8"));
/** Installed with the package, or by the project. Everything else goes into the bundles. */
const INSTALLED = Object.keys({ ...dependencies, ...peerDependencies });
/** The entry points that the package's types describe. */
const ENTRIES = ["../stacks/index.ts", "../cli/testing/index.ts"];

rmSync(DIST, { recursive: true, force: true });
if (!process.argv.includes("--remove")) make();

function make() {
  mkdirSync(DIST);
  const { banner, footer, ...module } = scriptOptions();
  const inputs = [
    ...["program", "synth-program"].map((name) =>
      bundle(`${name}.js`, { ...scriptOptions(), entryPoints: [`cli/${name}.ts`], external: INSTALLED }),
    ),
    ...FUNCTIONS.map((name) => bundle(`${name}.mjs`, functionOptions(name))),
    bundle("index.cjs", { ...module, entryPoints: ["stacks/index.ts"], external: INSTALLED }),
    bundle("testing.cjs", { ...module, entryPoints: ["cli/testing/index.ts"], external: INSTALLED }),
  ].flat();
  writeFileSync(join(DIST, "LICENSES.txt"), licences(PACKAGE, inputs));
  types();
}

/** @returns its files: paths relative to the package */
function bundle(file, options) {
  const made = buildSync({ ...options, outfile: join(DIST, file), metafile: true, write: false });
  writeFileSync(join(DIST, file), made.outputFiles[0].contents);
  writeFileSync(join(DIST, `${file}.json`), JSON.stringify({ imports: importsOf(made.metafile) }));
  return Object.keys(made.metafile.inputs);
}

function types() {
  const options = ["--noEmit", "false", "--declaration", "--emitDeclarationOnly", "--rootDir", PACKAGE];
  const settings = join(DIST, "tsconfig.json");
  writeFileSync(settings, JSON.stringify({ extends: "../tsconfig.json", include: [], files: ENTRIES }));
  const tsc = require.resolve("typescript/package.json").replace(/package\.json$/, "bin/tsc");
  const args = [tsc, "-p", settings, ...options, "--outDir", join(DIST, "types")];
  const { status } = spawnSync(process.execPath, args, { stdio: "inherit" });
  rmSync(settings);
  if (status !== 0) process.exit(1);
}
