"use strict";
/**
 * Bundles the program, its packages, the functions it deploys and the project's `main.ts` into the project's `.build/`.
 * Each bundle is remade when its sources have changed. The packages are a separate bundle: they take most of the time,
 * and change once a month. The published package already holds program and functions in `dist/`.
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
const { dirname, join } = require("node:path");
const {
  functionOptions,
  mainOptions,
  packagesOptions,
  programOptions,
  rareOf,
  CORE,
  PACKAGE,
  PROVIDERS,
} = require("./options.cjs");
const { sweep } = require("./sweep.cjs");
const { placeOf, projectFolder } = require("../process/places.cjs");

/** The project around the current folder. */
const PROJECT = projectFolder();
const BUILD = join(PROJECT ?? PACKAGE, ".build");
/** Bundles that were made when the package was packed. */
const DIST = join(PACKAGE, "dist");
const isPublished = !existsSync(join(PACKAGE, "cli", "program.ts"));
/** Files that every bundle depends on, in addition to its own sources. */
const RECIPE = [
  "cli/bundle/build.cjs",
  "cli/bundle/compiled.cjs",
  "cli/bundle/options.cjs",
  "package.json",
  "package-lock.json",
  "tsconfig.json",
];
/** Files that determine which packages a project's bundles are made of, and how. */
const SETTINGS = ["package-lock.json", "pnpm-lock.yaml", "yarn.lock", "tsconfig.json"];
/** Node's codes if this user may not write; the last one is reported if a folder cannot be created. */
const UNWRITABLE = ["EROFS", "EACCES", "EPERM", "ENOENT"];
/** Folders of `functions/` that are deployed, each as one bundle. */
const FUNCTIONS = ["authorizer", "rotate-client-secret"];

/**
 * Returns the bundles of program and packages, `{ path, hash, content, fresh }` each, and those of the functions by file
 * name, all made from the current sources. Synthesis has two separate bundles: half as large to load, and three times as
 * fast to remake after an edit. So has a review that synthesizes nothing, which has no functions either. The returned
 * content is the one that runs, even if another command writes a bundle meanwhile. `lazy` has further bundles, each loaded
 * when one of its paths is: packages that few commands need, and the provider classes that the published package carries.
 * Without a project there is no bundle of packages: they are loaded from their folders. `ran` lists what a synthesis ran,
 * for `isSameProgram`.
 *
 * @param name `program`, `synth-program` or `review-program`
 */
function ensureBuilt(name) {
  sweep(BUILD);
  const { recipe, made } = inputsNow();
  const ran = [];
  const functions = {};
  const own = (file, options) => {
    const bundle = isPublished ? packed(file) : ensureBundle(file, recipe, options);
    ran.push({ file, sources: bundle.sources, hash: bundle.hash });
    return bundle;
  };
  for (const each of name === "review-program" ? [] : FUNCTIONS) {
    functions[`${each}.mjs`] = own(`${each}.mjs`, () => functionOptions(each)).content;
  }
  const program = own(`${name}.js`, () => programOptions(name));
  // The program resolves its own files from here, wherever its bundle is.
  program.home = DIST;
  const provided = program.imports.filter((path) => PROVIDERS.test(path));
  const lazy = isPublished ? [{ paths: provided, bundle: () => own("providers.js") }] : [];
  if (PROJECT === undefined) return { program, functions, lazy };
  // The published package has them in its program.
  const rare = isPublished ? [] : rareOf(program.imports);
  const aside = [...rare, ...(isPublished ? provided : [])];
  const common = program.imports.filter((path) => !aside.includes(path));
  const bundle = (file, imports) => ensureBundle(file, `${made} ${imports}`, () => packagesOptions(imports));
  const packages = bundle(`${name}-packages.js`, common);
  return {
    program,
    packages,
    lazy: [...lazy, { paths: rare, bundle: () => bundle(`${name}-rare-packages.js`, rare) }],
    functions,
    ensureMain: () => {
      const main = ensureMain(made, provided);
      // Each stack loads it again.
      if (ran.at(-1).hash !== main.hash) {
        const text = () => main.content.toString("latin1");
        ran.push({ file: "main.js", sources: main.sources, hash: main.hash, provided, text });
      }
      return main;
    },
    ran,
  };
}

/** Hashes of the files that every bundle depends on: of this program, and with those of the project. */
function inputsNow() {
  const recipe = isPublished ? "" : hashOf(RECIPE, "");
  if (PROJECT === undefined) return { recipe, made: recipe };
  const own = isPublished ? versions() : recipe;
  return { recipe, made: PROJECT === PACKAGE ? own : hashOf(SETTINGS, own, PROJECT) };
}

/**
 * Whether a synthesis would run the same code now: the program, the functions that it deploys, and `main.ts`. The bundles of
 * packages follow from the same lock file.
 *
 * @param ran of `ensureBuilt`, after the synthesis
 */
function isSameProgram(ran) {
  const { recipe, made } = inputsNow();
  const hashNow = ({ file, sources, provided }) => {
    if (provided !== undefined) return hashOf(sources, mainText(made, provided)(sources), PROJECT);
    return sources === undefined ? sha256(readFileSync(join(DIST, file))) : hashOf(sources, recipe);
  };
  // Without main.ts, no synthesis was complete.
  return ran.some(({ file }) => file === "main.js") && ran.every((each) => each.hash === hashNow(each));
}

/**
 * The project's `main.ts` and its imports, except those that the program has loaded: the core, this package, and the
 * given classes of the providers.
 */
function ensureMain(made, provided) {
  // Must be an error. A front door without what `main.ts` declares would also lack its policy rules.
  if (!isFile(join(PROJECT, "main.ts"))) throw Object.assign(new Error("main.ts is missing"), { code: "NO_MAIN" });
  return ensureBundle("main.js", mainText(made, provided), () => mainOptions(PROJECT, provided), PROJECT);
}

/** A name that an import without one of these endings may find. */
const MODULE = /\.([cm]?[jt]sx?|json)$/;

/**
 * The inputs of the bundle of `main.ts` in addition to its sources. So is each name next to a source: an import of `./own`
 * finds a new `own.ts` before an older `own.js`.
 */
function mainText(made, provided) {
  return (sources) => {
    const folders = [...new Set(sources.map((source) => dirname(join(PROJECT, source))))].filter((path) =>
      existsSync(path),
    );
    const names = folders.map((path) =>
      readdirSync(path)
        .filter((name) => MODULE.test(name))
        .sort(),
    );
    return `${made} ${provided} ${JSON.stringify(names)}`;
  };
}

/** A bundle that the published package contains. */
function packed(file) {
  const path = join(DIST, file);
  const content = readFileSync(path);
  const { imports } = JSON.parse(readFileSync(`${path}.json`, "utf8"));
  return { path, cache: join(BUILD, file), hash: sha256(content), content, imports, fresh: PROJECT === undefined };
}

/** The versions of the core that the project has chosen for the published package. */
function versions() {
  return CORE.map(
    (name) => `${name} ${JSON.parse(readFileSync(require.resolve(`${name}/package.json`))).version}`,
  ).join();
}

/**
 * @param text other inputs of the bundle, or a function that returns those of its sources
 * @param folder of the sources
 */
function ensureBundle(file, text, options, folder = PACKAGE) {
  const path = join(BUILD, file);
  const hashNow = (sources) => hashOf(sources, typeof text === "function" ? text(sources) : text, folder);
  const before = kept(path);
  if (before !== undefined && before.hash === hashNow(before.sources)) return { ...before, path, fresh: false };
  const start = Date.now();
  sayThatItBuilds();
  // Loaded here, because most commands have nothing to bundle.
  const { buildSync } = require("esbuild");
  const settings = { ...options(), outfile: path, metafile: true, write: false };
  const { metafile, outputFiles } = collectingLess(() => buildSync(settings));
  const content = Buffer.from(outputFiles[0].contents);
  const sources = sourcesOf(metafile);
  const made = { hash: hashNow(sources), imports: importsOf(metafile), output: sha256(content), sources };
  // A source that changed meanwhile may be in the hash and not in the bundle. The next command then remakes the bundle.
  if (sources.some((source) => changedSince(join(folder, source), start))) made.hash = "";
  keep(file, content, made);
  return { ...made, path, content, fresh: true };
}

/**
 * esbuild is a Go program that ends with the build. With Go's own setting (100) it collects garbage for a fifth of its
 * time. Other programs, such as Terraform, get the variable as it was.
 */
function collectingLess(build) {
  const { GOGC } = process.env;
  process.env.GOGC = GOGC ?? "400";
  try {
    return build();
  } finally {
    if (GOGC === undefined) delete process.env.GOGC;
  }
}

let said = false;

/** Reports only if a person watches, like `progress.ts`. */
function sayThatItBuilds() {
  if (process.stderr.isTTY && !said) console.error("bundling the program, because its sources are new or changed");
  said = true;
}

/**
 * A bundle that an earlier command made here, with its content; undefined if it is missing, incomplete or committed.
 */
function kept(path) {
  try {
    const stamp = JSON.parse(readFileSync(`${path}.json`, "utf8"));
    const content = readFileSync(path);
    return stamp.output === sha256(content) && stamp.place === placeOf(path) ? { ...stamp, content } : undefined;
  } catch {
    return undefined;
  }
}

/** Keeps a bundle for the next command, the stamp last. */
function keep(file, content, stamp) {
  try {
    put(file, content);
    put(`${file}.json`, JSON.stringify({ ...stamp, place: placeOf(join(BUILD, file)) }));
    for (const name of readdirSync(BUILD)) {
      if (name.startsWith(`${file}.`) && /\.v8(\.place)?$/.test(name)) rmSync(join(BUILD, name), { force: true });
    }
  } catch (error) {
    // In a checkout that this user cannot write to, each command makes its own bundle.
    if (!UNWRITABLE.includes(error.code)) throw error;
  }
}

/** Writes a whole file. Two commands may do so concurrently: each uses its own folder, then moves the file into place. */
function put(file, content) {
  const draft = join(BUILD, `draft-${process.pid}`);
  try {
    mkdirSync(draft, { recursive: true });
    writeFileSync(join(draft, file), content);
    renameSync(join(draft, file), join(BUILD, file));
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

/** The project's own files in a bundle. The lock file pins what comes from packages. */
function sourcesOf({ inputs }) {
  return Object.keys(inputs)
    .filter((path) => path !== "<stdin>" && !path.split("/").includes("node_modules"))
    .sort();
}

/** Modules that a bundle loads while it runs, apart from Node's own. */
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

/** Compares the change time (ctime), which no copy and no archive preserves. */
function changedSince(path, time) {
  return !existsSync(path) || statSync(path).ctimeMs >= time;
}

function isFile(path) {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

/** A missing file counts as a change. */
function contentOf(path) {
  return existsSync(path) ? readFileSync(path) : "gone";
}

module.exports = {
  ensureBuilt,
  ensureBundle,
  hashOf,
  importsOf,
  isSameProgram,
  put,
  BUILD,
  FUNCTIONS,
  PACKAGE,
  PROJECT,
  RECIPE,
};
