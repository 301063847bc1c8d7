"use strict";
/**
 * Makes `dist/`, the only published folder: one bundle with the packages it uses, the files it reads, and their
 * licences.
 */
const { cpSync, rmSync, writeFileSync } = require("node:fs");
const { join } = require("node:path");
const { buildSync } = require("esbuild");
const { licences } = require("../licences.cjs");

/** Files that the program reads at run time. */
const READ = ["function/function-runtime.cjs", "function/preload.cjs", "envoy/requirements.txt", "page/assets"];

function build(folder = join(__dirname, "dist")) {
  rmSync(folder, { recursive: true, force: true });
  const { metafile } = buildSync({
    absWorkingDir: __dirname,
    entryPoints: ["cli.ts"],
    outfile: join(folder, "cli.cjs"),
    bundle: true,
    platform: "node",
    target: "node20.19",
    format: "cjs",
    banner: { js: "#!/usr/bin/env node" },
    legalComments: "none",
    metafile: true,
    logLevel: "warning",
  });
  cpSync(join(__dirname, "../../LICENSE"), join(folder, "LICENSE"));
  for (const path of READ) cpSync(join(__dirname, path), join(folder, path), { recursive: true });
  writeFileSync(join(folder, "LICENSES.txt"), licences(__dirname, Object.keys(metafile.inputs)));
}

module.exports = { build };
if (require.main === module) build();
