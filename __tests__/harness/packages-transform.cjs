"use strict";
/** Replaces the file to which an import of a package resolves with the bundled package, if the bundle has it. */
const { createHash } = require("node:crypto");
const { readFileSync } = require("node:fs");
const { packageFile } = require("./packages.cjs");

/** ES module syntax, which a worker cannot load as CommonJS. Such a package must be in the bundle. */
const ES_MODULE = /^\s*(import|export)\b/m;

const self = readFileSync(__filename);

module.exports = {
  getCacheKey: (source, path) => createHash("sha256").update(self).update(path).update(source).digest("hex"),
  process(source, path) {
    const name = packageFile(path);
    const bundled = `const bundled = bundledPackage(${JSON.stringify(name)}); if (bundled) { module.exports = bundled; return; }`;
    return { code: `${bundled}\n${ES_MODULE.test(source) ? `throw new Error("${name} is not bundled");` : source}` };
  },
};
