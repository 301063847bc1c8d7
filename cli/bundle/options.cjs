"use strict";
/** esbuild's options for each kind of bundle. */
const { existsSync, readdirSync, readFileSync } = require("node:fs");
const { join } = require("node:path");
const { WRAPPER } = require("./compiled.cjs");

/** The program's folder. */
const PACKAGE = join(__dirname, "..", "..");
/**
 * One core for the program and for the declarations of `main.ts`. It is resolved from the project, and never bundled
 * into the package.
 */
const CORE = ["cdktf", "constructs"];
/** Packages of the provider classes. The published package carries the classes that the program uses. */
const PROVIDERS = /^@cdktf\/provider-/;

/** Only the project's own code, which is bundled again after each edit. */
function programOptions(name) {
  const external = ["package.json", ...workspaces()].flatMap((file) =>
    packagesIn(file, "dependencies", "devDependencies"),
  );
  return { ...scriptOptions(), entryPoints: [`cli/${name}.ts`], external };
}

/** Those of the given paths that only the local front door loads. */
function rareOf(imports) {
  const own = packagesIn("package.json", "dependencies");
  const rare = packagesIn("packages/local-front-door/package.json", "devDependencies");
  const isRare = (name) => rare.includes(name) && !own.includes(name);
  return imports.filter((path) => isRare(/^(?:@[^/]+\/)?[^/]+/.exec(path)[0]));
}

/**
 * The given paths of packages, each loaded on first use.
 *
 * @param external packages that are not part of the bundle
 */
function packagesOptions(imports, external = []) {
  const entries = imports.map((path) => JSON.stringify(path));
  const contents = `module.exports = {${entries.map((path) => `${path}: () => require(${path})`)}}`;
  return {
    ...scriptOptions(),
    stdin: { contents, resolveDir: PACKAGE },
    external,
    alias: { archiver: join(PACKAGE, "cli", "bundle", "no-archives.cjs") },
  };
}

/** Manifests of the workspaces that are part of the program. */
function workspaces() {
  return readdirSync(join(PACKAGE, "packages"))
    .map((name) => `packages/${name}/package.json`)
    .filter((file) => existsSync(join(PACKAGE, file)));
}

/** Names of the packages that a manifest depends on. */
function packagesIn(file, ...kinds) {
  const manifest = JSON.parse(readFileSync(join(PACKAGE, file), "utf8"));
  return kinds.flatMap((kind) => Object.keys(manifest[kind] ?? {}));
}

/**
 * A project's `main.ts` and its imports, except those that the program has loaded.
 *
 * @param provided paths of provider classes: another copy of one would fail each `instanceof`
 */
function mainOptions(project, provided) {
  const external = [...CORE, "cloud-front-door", ...provided];
  // The map leads from the bundle to the project's own lines, for errors and for the resources that they declare.
  const map = { sourcemap: "inline", sourcesContent: false };
  return { ...scriptOptions(), ...map, absWorkingDir: project, entryPoints: ["main.ts"], external };
}

/** One script for `compiled.cjs` to load. */
function scriptOptions() {
  return {
    absWorkingDir: PACKAGE,
    bundle: true,
    platform: "node",
    target: "node20.19",
    format: "cjs",
    banner: { js: WRAPPER.banner },
    footer: { js: WRAPPER.footer },
    logLevel: "warning",
  };
}

/** One minified ESM file from the packages' ES modules, which AWS Lambda loads on a cold start. */
function functionOptions(name) {
  return {
    absWorkingDir: PACKAGE,
    entryPoints: [`functions/${name}/index.ts`],
    // A constructor's parameter properties are not declared again as fields.
    tsconfigRaw: { compilerOptions: { useDefineForClassFields: false } },
    bundle: true,
    platform: "node",
    target: "node20.19",
    format: "esm",
    mainFields: ["module", "main"],
    conditions: ["import"],
    minify: true,
    legalComments: "none",
    logLevel: "warning",
  };
}

module.exports = {
  functionOptions,
  mainOptions,
  packagesOptions,
  programOptions,
  rareOf,
  scriptOptions,
  PACKAGE,
  CORE,
  PROVIDERS,
};
