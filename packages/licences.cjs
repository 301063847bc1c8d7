"use strict";
/** What a bundle that is published says of the packages in it. */
const { readdirSync, readFileSync } = require("node:fs");
const { join } = require("node:path");

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

module.exports = { licences };
