"use strict";
/**
 * Bundles the program, the packages it uses, the functions it deploys and the project's `main.ts` into `.build/` of the
 * project, each when what it is made from has changed. The packages are a bundle of their own: they are most of the work,
 * and change once a month. In the published package, program and functions are made already: `dist/` holds them.
 */
const { createHash } = require("node:crypto");
const {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} = require("node:fs");
const { isBuiltin } = require("node:module");
const { join } = require("node:path");
const { functionOptions, mainOptions, packagesOptions, programOptions, PACKAGE, PEERS } = require("./options.cjs");
const { placeOf, projectFolder } = require("../process/places.cjs");

/** The project that it works on. */
const PROJECT = projectFolder();
const BUILD = join(PROJECT ?? PACKAGE, ".build");
/** Bundles that were made when the package was packed. */
const DIST = join(PACKAGE, "dist");
const isPublished = !existsSync(join(PACKAGE, "cli", "program.ts"));
/** What every bundle depends on, next to the sources that it was made of. */
const RECIPE = [
  "cli/bundle/build.cjs",
  "cli/bundle/compiled.cjs",
  "cli/bundle/options.cjs",
  "package.json",
  "package-lock.json",
  "tsconfig.json",
];
/** What decides in a project which packages its bundles are made of, and how. */
const SETTINGS = ["package-lock.json", "pnpm-lock.yaml", "yarn.lock", "tsconfig.json"];
/** What Node says where this user may not write; the last one where a folder cannot be made. */
const UNWRITABLE = ["EROFS", "EACCES", "EPERM", "ENOENT"];
/** Folders of `functions/` that are deployed, each as one bundle. */
const FUNCTIONS = ["authorizer", "rotate-client-secret"];

/**
 * The bundles of program and packages, `{ path, hash, content, fresh }` each, and those of the functions by file name, all
 * made from these very sources. What only synthesizes has its own two: half as much to load, and after an edit a third as
 * long to make. What runs is the content that was checked or made here, whatever another command writes meanwhile.
 * Without a project there is no bundle of packages: they are loaded from their folders.
 *
 * @param synthesizes whether the command is one of `synth-program.ts`
 */
function ensureBuilt(synthesizes) {
  sweep();
  const recipe = isPublished ? "" : hashOf(RECIPE, "");
  const functions = {};
  for (const name of FUNCTIONS) {
    const made = isPublished ? packed(`${name}.mjs`) : ensureBundle(`${name}.mjs`, recipe, () => functionOptions(name));
    functions[`${name}.mjs`] = made.content;
  }
  const name = synthesizes ? "synth-program" : "program";
  const program = isPublished ? packed(`${name}.js`) : ensureBundle(`${name}.js`, recipe, () => programOptions(name));
  // The program looks for its own files from here, wherever its bundle is kept.
  program.home = DIST;
  if (PROJECT === undefined) return { program, functions };
  const own = isPublished ? versions() : recipe;
  const made = PROJECT === PACKAGE ? own : hashOf(SETTINGS, own, PROJECT);
  const packages = ensureBundle(`${name}-packages.js`, `${made} ${program.imports}`, () =>
    packagesOptions(program.imports),
  );
  const provided = program.imports.filter((path) => path.startsWith("@cdktf/"));
  return { program, packages, functions, ensureMain: () => ensureMain(made, provided) };
}

/**
 * The project's `main.ts` and what it imports, but for what the program has loaded: the core, this package, and these
 * classes of the providers.
 */
function ensureMain(made, provided) {
  // An error, never a front door without what it declares: its policy rules would be gone as well.
  if (!existsSync(join(PROJECT, "main.ts"))) throw Object.assign(new Error("main.ts is missing"), { code: "NO_MAIN" });
  return ensureBundle("main.js", `${made} ${provided}`, () => mainOptions(PROJECT, provided), PROJECT);
}

/** A bundle of the published package, as it was made then. */
function packed(file) {
  const path = join(DIST, file);
  const content = readFileSync(path);
  const { imports } = JSON.parse(readFileSync(`${path}.json`, "utf8"));
  return { path, cache: join(BUILD, file), hash: sha256(content), content, imports, fresh: PROJECT === undefined };
}

/** What the published package was installed with. */
function versions() {
  return PEERS.map(
    (name) => `${name} ${JSON.parse(readFileSync(require.resolve(`${name}/package.json`))).version}`,
  ).join();
}

/**
 * @param text what a bundle is made of, next to its sources
 * @param folder of the sources
 */
function ensureBundle(file, text, options, folder = PACKAGE) {
  const path = join(BUILD, file);
  const before = kept(path);
  if (before !== undefined && before.hash === hashOf(before.sources, text, folder))
    return { ...before, path, fresh: false };
  const start = Date.now();
  sayThatItBuilds();
  // Loaded here, because most commands have nothing to bundle.
  const { buildSync } = require("esbuild");
  const { metafile, outputFiles } = buildSync({ ...options(), outfile: path, metafile: true, write: false });
  const content = Buffer.from(outputFiles[0].contents);
  const sources = sourcesOf(metafile);
  const made = { hash: hashOf(sources, text, folder), imports: importsOf(metafile), output: sha256(content), sources };
  // What changed meanwhile may be in the hash and not in the bundle: then the next command makes it again.
  if (sources.some((source) => changedSince(join(folder, source), start))) made.hash = "";
  keep(file, content, made);
  return { ...made, path, content, fresh: true };
}

let said = false;

/** As `progress.ts` does: where a person watches. */
function sayThatItBuilds() {
  if (process.stderr.isTTY && !said) console.error("bundling the program, for its sources are new or changed");
  said = true;
}

/** What an earlier command made here, with its content; undefined where there is none, a half, or a committed one. */
function kept(path) {
  try {
    const stamp = JSON.parse(readFileSync(`${path}.json`, "utf8"));
    const content = readFileSync(path);
    return stamp.output === sha256(content) && stamp.place === placeOf(path) ? { ...stamp, content } : undefined;
  } catch {
    return undefined;
  }
}

/** Two commands may build at once: each in a folder of its own, then file by file into place, the stamp last. */
function keep(file, content, stamp) {
  const draft = join(BUILD, `draft-${process.pid}`);
  try {
    mkdirSync(draft, { recursive: true });
    writeFileSync(join(draft, file), content);
    renameSync(join(draft, file), join(BUILD, file));
    writeFileSync(join(draft, "stamp"), JSON.stringify({ ...stamp, place: placeOf(join(BUILD, file)) }));
    renameSync(join(draft, "stamp"), join(BUILD, `${file}.json`));
    for (const name of readdirSync(BUILD)) {
      if (name.startsWith(`${file}.`) && /\.v8(\.place)?$/.test(name)) rmSync(join(BUILD, name), { force: true });
    }
  } catch (error) {
    // In a checkout that this user cannot write to, each command bundles for itself alone.
    if (!UNWRITABLE.includes(error.code)) throw error;
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

/** Removes what commands left that were killed: `draft-<process id>`, and `<file>.v8.<process id>` of `compiled.cjs`. */
function sweep() {
  try {
    for (const name of readdirSync(BUILD)) {
      const [, pid] = /^(?:draft-(?:[a-z-]+-)?|.*\.v8\.)(\d+)$/.exec(name) ?? [];
      if (pid !== undefined && isGone(Number(pid))) rmSync(join(BUILD, name), { recursive: true, force: true });
    }
  } catch {
    // No folder, or a read-only one: nothing is in the way.
  }
}

function isGone(pid) {
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return error.code === "ESRCH";
  }
}

/** Our own files in a bundle; what comes from packages is settled by the lock file. */
function sourcesOf({ inputs }) {
  return Object.keys(inputs)
    .filter((path) => path !== "<stdin>" && !path.split("/").includes("node_modules"))
    .sort();
}

/** What a bundle loads while it runs, apart from Node's own modules. */
function importsOf({ outputs }) {
  const [{ imports }] = Object.values(outputs);
  return [...new Set(imports.map(({ path }) => path).filter((path) => !isBuiltin(path)))].sort();
}

/** @param sources relative to the folder */
function hashOf(sources, text, folder = PACKAGE) {
  const hash = createHash("sha256").update(`${text}\0`);
  for (const source of sources)
    hash
      .update(`${source}\0`)
      .update(contentOf(join(folder, source)))
      .update("\0");
  return hash.digest("hex");
}

/** Part of the stamp, so that an edited bundle is built again. */
function sha256(content) {
  return createHash("sha256").update(content).digest("hex");
}

/** By the time that no copy and no archive brings along. */
function changedSince(path, time) {
  return !existsSync(path) || statSync(path).ctimeMs >= time;
}

/** A file that is gone is a change as any other. */
function contentOf(path) {
  return existsSync(path) ? readFileSync(path) : "gone";
}

module.exports = {
  ensureBuilt,
  ensureBundle,
  hashOf,
  importsOf,
  BUILD,
  DIST,
  FUNCTIONS,
  PACKAGE,
  PROJECT,
  RECIPE,
};
