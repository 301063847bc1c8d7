"use strict";
/** How a package is published: one bundle with the packages in it, and their licences. */
const { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } = require("node:fs");
const { join } = require("node:path");

/**
 * Makes `dist/`, the only published folder of a package: one bundle with the packages it uses, the files it reads, and
 * their licences.
 *
 * @param source the package's folder, with `cli.ts`
 * @param folder where to. Default: its `dist/`
 * @param read paths of files that the program reads at run time
 */
function build(source, folder = join(source, "dist"), read = []) {
  // Only a build needs it: pack.cjs uses the licences alone.
  const { buildSync } = require("esbuild");
  rmSync(folder, { recursive: true, force: true });
  const { metafile } = buildSync({
    absWorkingDir: source,
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
  cpSync(join(__dirname, "../LICENSE"), join(folder, "LICENSE"));
  for (const path of read) cpSync(join(source, path), join(folder, path), { recursive: true });
  writeFileSync(join(folder, "LICENSES.txt"), licences(source, Object.keys(metafile.inputs)));
}

/**
 * Name, version and licence of each package in a bundle, with the texts of its licence and notice, by folder.
 *
 * @param folder the paths are relative to it
 * @param inputs paths of the files in the bundle, as in esbuild's metafile
 */
function licences(folder, inputs) {
  const packages = inputs.flatMap((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []);
  return [...new Set(packages)]
    .sort()
    .map((path) => licenceOf(join(folder, path)))
    .join("\n");
}

function licenceOf(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  // The Apache licence asks for the notice as well.
  const files = readdirSync(folder).filter((each) => /^(licen[cs]e|notice)(-\w+)?(\.(md|txt))?$/i.test(each));
  const texts = files.map((each) => readFileSync(join(folder, each), "utf8"));
  return [`${name} ${version} (${license})\n`, ...texts].join("\n");
}

module.exports = { build, licences };
