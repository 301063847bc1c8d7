"use strict";
/**
 * Loads the bundled program with V8's earlier compilation of it. Compiling three megabytes again takes longer than most
 * commands. V8 refuses a cache from another release or with other flags, but accepts one from another text of the same
 * length. The file is therefore named after the sources, and after release and flags.
 */
const { readFileSync, renameSync, rmSync, writeFileSync } = require("node:fs");
const { dirname } = require("node:path");
const { cachedDataVersionTag } = require("node:v8");
const { Script, constants } = require("node:vm");
const { placeOf } = require("../process/places.cjs");

/** Node's wrapper around a module. It is part of the bundle file, so that adding it needs no second copy. */
const WRAPPER = { banner: "(function (exports, require, module, __filename, __dirname) {", footer: "})" };

/**
 * The program's exports, with `main`, which returns the bundle of the project's `main.ts`, and what loads it. `main.ts`
 * gets the same packages and the same core as the program.
 *
 * @param built the result of `ensureBuilt`
 */
function loadProgram({ program, packages, lazy = [], ensureMain }) {
  const bundled = packages === undefined ? {} : loadCompiled(packages, require);
  const packageAt = (path) => (path in bundled ? bundled[path]() : require(path));
  for (const { paths, bundle } of lazy) {
    let more;
    for (const path of paths) {
      bundled[path] = () => {
        more ??= loadCompiled(bundle(), packageAt);
        return more[path]();
      };
    }
  }
  const loaded = loadCompiled(program, packageAt);
  const given = { "cloud-front-door": loaded.api, cdktf: loaded.core };
  const forMain = (path) => given[path] ?? packageAt(path);
  const main = () => {
    const bundle = ensureMain();
    return { ...bundle, load: () => loadCompiled(bundle, forMain) };
  };
  return { ...loaded, main };
}

function loadCompiled(bundle, requireFrom) {
  const { path, home = dirname(path) } = bundle;
  const module = { exports: {} };
  scriptOf(bundle).runInThisContext()(module.exports, requireFrom, module, path, home);
  return module.exports;
}

/** By the file of their compilation: each stack runs `main.ts` again. */
const scripts = new Map();

function scriptOf({ path, cache = path, hash, content, fresh }) {
  const compiled = `${cache}.${hash.slice(0, 16)}-${cachedDataVersionTag()}.v8`;
  const before = scripts.get(compiled);
  if (before !== undefined) return before;
  const cachedData = readIfThere(compiled);
  // esbuild writes ASCII. As Latin-1 it takes one byte a character and needs no decoding.
  const script = new Script(content.toString("latin1"), {
    filename: path,
    cachedData,
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  scripts.set(compiled, script);
  const missing = cachedData === undefined || script.cachedDataRejected;
  // A bundle that was just made is not worth caching: while sources are edited, the next one follows soon.
  if (missing && !fresh) process.once("exit", () => keep(script, compiled));
  return script;
}

/**
 * Another command may remove the file after a new build. A file that was not made here, such as a committed one, does
 * not count.
 */
function readIfThere(path) {
  try {
    return readFileSync(`${path}.place`, "utf8") === placeOf(path) ? readFileSync(path) : undefined;
  } catch {
    return undefined;
  }
}

/** Stores the compilation at the end of a command, so that it includes the functions that the command called. */
function keep(script, compiled) {
  const draft = `${compiled}.${process.pid}`;
  try {
    writeFileSync(draft, script.createCachedData());
    renameSync(draft, compiled);
    writeFileSync(`${compiled}.place`, placeOf(compiled));
  } catch {
    // The folder is read-only or full, so the next command compiles again.
    rmSync(draft, { force: true });
  }
}

module.exports = { loadProgram, WRAPPER };
