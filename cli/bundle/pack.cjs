"use strict";
const { buildSync } = require("esbuild");
const { execFileSync } = require("node:child_process");
const { mkdirSync, readFileSync, rmSync, writeFileSync } = require("node:fs");
const { join } = require("node:path");
const { importsOf, FUNCTIONS } = require("./build.cjs");
const { functionOptions, packagesOptions, scriptOptions, CORE, PACKAGE, PROVIDERS } = require("./options.cjs");
const { licences } = require("../../packages/publish.cjs");

const { dependencies } = JSON.parse(readFileSync(join(PACKAGE, "package.json"), "utf8"));
/** Installed with the package, or by the project. Everything else goes into the bundles. */
const INSTALLED = [...Object.keys(dependencies), ...CORE];
/** The entry points that the package's types describe, from its `.build/`. */
const ENTRIES = ["../stacks/index.ts", "../cli/testing/index.ts"];

/**
 * Makes `dist/` of the published package, which holds no TypeScript. It contains the program, the functions, the package's
 * front door with its types, and the licences of the bundled packages. A folder with sources runs those, never a `dist/`.
 *
 * @param dist its absolute path. It may not exist yet
 */
function build(dist) {
  mkdirSync(dist, { recursive: true });
  const { banner, footer, ...module } = scriptOptions();
  const bundle = (file, options) => bundleInto(dist, file, options);
  const programs = ["program", "synth-program", "review-program"].map((name) =>
    bundle(`${name}.js`, {
      ...scriptOptions(),
      entryPoints: [`cli/${name}.ts`],
      external: [...INSTALLED, "@cdktf/provider-*"],
    }),
  );
  const classes = [...new Set(programs.flatMap(({ imports }) => imports))].filter((path) => PROVIDERS.test(path));
  const inputs = [
    ...programs,
    // Most of its text is comments, which each command would read.
    bundle("providers.js", { ...packagesOptions(classes.sort(), CORE), minifyWhitespace: true, legalComments: "none" }),
    ...FUNCTIONS.map((name) => bundle(`${name}.mjs`, functionOptions(name))),
    bundle("index.cjs", { ...module, entryPoints: ["stacks/index.ts"], external: INSTALLED }),
    bundle("testing.cjs", { ...module, entryPoints: ["cli/testing/index.ts"], external: INSTALLED }),
  ].flatMap(({ metafile }) => Object.keys(metafile.inputs));
  writeFileSync(join(dist, "LICENSES.txt"), licences(PACKAGE, inputs));
  types(dist);
}

function bundleInto(dist, file, options) {
  const { metafile, outputFiles } = buildSync({ ...options, outfile: join(dist, file), metafile: true, write: false });
  const imports = importsOf(metafile);
  writeFileSync(join(dist, file), outputFiles[0].contents);
  writeFileSync(join(dist, `${file}.json`), JSON.stringify({ imports }));
  return { metafile, imports };
}

/** @throws if the types of the entry points are wrong, which tsc has printed */
function types(dist) {
  const folder = join(PACKAGE, ".build");
  mkdirSync(folder, { recursive: true });
  const settings = join(folder, `types-${process.pid}.json`);
  const options = ["--noEmit", "false", "--declaration", "--emitDeclarationOnly", "--rootDir", PACKAGE];
  writeFileSync(settings, JSON.stringify({ extends: "../tsconfig.json", include: [], files: ENTRIES }));
  try {
    const tsc = require.resolve("typescript/package.json").replace(/package\.json$/, "bin/tsc");
    const args = [tsc, "-p", settings, ...options, "--outDir", join(dist, "types")];
    execFileSync(process.execPath, args, { stdio: "inherit" });
  } finally {
    rmSync(settings);
  }
}

module.exports = { build };
