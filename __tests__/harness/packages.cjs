"use strict";
/**
 * One bundle of the packages that sources and tests import. Jest gives each test file its own module registry: loading
 * cdktf, the provider classes, zod and yaml file by file took 0.6 s of each test file; from this bundle, which a worker
 * compiles once, it takes 0.03 s. See docs/contributing.md.
 */
const { readdirSync, readFileSync } = require("node:fs");
const { join } = require("node:path");
const { ensureBundle, hashOf, BUILD, RECIPE } = require("../../cli/bundle/build.cjs");
const { scriptOptions, PACKAGE } = require("../../cli/bundle/options.cjs");

/** Packages of many files that many test files load. The others are loaded from their own folders. */
const BUNDLED = [
  "@aws-crypto/sha256-js",
  "@bufbuild/cel",
  "@cdktf/provider-aws",
  "@cdktf/provider-google",
  "@smithy/signature-v4",
  "aws-jwt-verify",
  "aws4fetch",
  "cdktf",
  "constructs",
  "diff",
  "fast-check",
  "fastest-levenshtein",
  "fflate",
  "jose",
  "yaml",
  "zod",
];
/** Pattern of their files. Jest replaces the slashes in every pattern but those of transforms. */
const BUNDLED_FILE = `/node_modules/(${BUNDLED.join("|")})/.*\\.[cm]?js$`.replaceAll("/", "[/\\\\]");
/**
 * Objects of the language that no test replaces. As parameters of each module they are found much faster than as globals
 * of a test file's context, which V8 asks for each use. A package that declares one of these names cannot be loaded: asn1js
 * has a class `Set` of its own.
 */
const GLOBALS = [
  "Array",
  "Error",
  "JSON",
  "Map",
  "Math",
  "Number",
  "Object",
  "Promise",
  "Reflect",
  "RegExp",
  "String",
  "Symbol",
  "WeakMap",
];
const FOLDERS = ["contract", "intent", "stacks", "functions", "cli", "packages", "__tests__"];
const FILE = "test-packages.js";
const IMPORT = new RegExp(` from "((?:${BUNDLED.join("|")})(?:/[^"]*)?)";$`, "gm");

/** Makes the bundle if the packages, or the imports from them, have changed. */
function ensurePackages() {
  const imports = importsOf(FOLDERS);
  ensureBundle(FILE, `${hashOf([...RECIPE, "__tests__/harness/packages.cjs"], "")} ${imports}`, () => options(imports));
}

/** esbuild keeps a process for the next bundle, which a test run would report as left behind. */
async function endBundler() {
  await require.cache[require.resolve("esbuild")]?.exports.stop();
}

/** Maps the file to which an import resolves to the package. `packages-transform.cjs` replaces that file. */
function options(imports) {
  const entries = imports.map((name) => {
    const path = packageFile(require.resolve(name, { paths: [PACKAGE] }));
    return `${JSON.stringify(path)}: () => require(${JSON.stringify(name)})`;
  });
  return {
    ...scriptOptions(),
    stdin: { contents: `module.exports = {${entries}}`, resolveDir: PACKAGE },
    alias: { archiver: "./cli/bundle/no-archives.cjs" },
    minifyWhitespace: true,
  };
}

/**
 * Returns a package file's path, starting at `node_modules`, because a copy of the project may link to that folder. With
 * `/` on every system.
 */
function packageFile(path) {
  const slashed = path.replaceAll("\\", "/");
  return slashed.slice(slashed.lastIndexOf("/node_modules/") + 1);
}

function importsOf(folders) {
  const files = folders.flatMap((folder) =>
    readdirSync(join(PACKAGE, folder), { recursive: true })
      .filter((name) => name.endsWith(".ts"))
      .map((name) => join(PACKAGE, folder, name)),
  );
  const found = files.flatMap((file) => [...readFileSync(file, "utf8").matchAll(IMPORT)].map(([, name]) => name));
  return [...new Set(found)].sort();
}

module.exports = {
  endBundler,
  ensurePackages,
  packageFile,
  BUNDLED,
  BUNDLED_FILE,
  GLOBALS,
  PACKAGES: join(BUILD, FILE),
  PACKAGE,
};
