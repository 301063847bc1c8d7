"use strict";
/** Jest's environment for Node, with the bundled packages and with values that are made once per worker. */
const asyncHooks = require("node:async_hooks");
const childProcess = require("node:child_process");
const { readFileSync } = require("node:fs");
const { setFlagsFromString } = require("node:v8");
const vm = require("node:vm");
const { TestEnvironment } = require("jest-environment-node");
const { GLOBALS, PACKAGES } = require("./packages.cjs");

/** Compiled once per worker, evaluated once per test file. */
let script;
/**
 * Values are made by the first test file of a worker that needs them. They are kept as text, so that no test changes
 * what another reads.
 */
const texts = new Map();

// V8 optimizes a function fifteen times later than by default (67,584). Each test file loads its own copy of every
// module, so optimized code is soon dropped: without this, unit tests take a fifth more processor time. From Node 22 on,
// V8 has no such option.
if (process.versions.node.startsWith("20.")) setFlagsFromString("--interrupt-budget=1000000");
keepCompiledCode();
/** The running test file has these globals. `testSeconds` is its tier's limit for a test that hangs. */
let globals;
limitBlockingCalls();
const disableStorages = trackStorages();

class WithPackages extends TestEnvironment {
  async setup() {
    await super.setup();
    globals = this.global;
    let packages;
    this.global.bundledPackage = (path) => {
      packages ??= this.evaluatePackages();
      return packages[path]?.();
    };
    this.global.textOncePerWorker = (key, make) => {
      if (!texts.has(key)) texts.set(key, make());
      return texts.get(key);
    };
  }

  async teardown() {
    disableStorages();
    await super.teardown();
  }

  evaluatePackages() {
    script ??= new vm.Script(`((${GLOBALS}) => ${readFileSync(PACKAGES, "latin1")})`, { filename: PACKAGES });
    const module = { exports: {} };
    const load = script.runInContext(this.context)(...GLOBALS.map((name) => this.global[name]));
    load(module.exports, require, module, PACKAGES, __dirname);
    return module.exports;
  }
}

/**
 * Jest compiles each module again for each test file, its own modules included. With this, V8 takes the compiled code
 * from a cache.
 */
function keepCompiledCode() {
  const compiled = new Map();
  const { compileFunction } = vm;
  vm.compileFunction = (code, params, options) => {
    const known = compiled.get(options.filename);
    if (known?.code === code) return compileFunction(code, params, { ...options, cachedData: known.cachedData });
    const made = compileFunction(code, params, { ...options, produceCachedData: true });
    compiled.set(options.filename, { code, cachedData: made.cachedData });
    return made;
  };
}

/**
 * Jest cannot end a test whose worker is blocked: a program that waits for input would hang the whole run. With this, a
 * call that blocks has the limit of its test, and fails it.
 */
function limitBlockingCalls() {
  for (const name of ["spawnSync", "execFileSync", "execSync"]) {
    const call = childProcess[name];
    childProcess[name] = (program, ...given) => {
      const args = Array.isArray(given[0]) ? [given[0]] : [];
      const own = given[args.length];
      const outcome = call(program, ...args, {
        timeout: globals.testSeconds * 1000,
        killSignal: "SIGKILL",
        ...own,
      });
      if (outcome?.error?.code === "ETIMEDOUT" && own?.timeout === undefined) throw outcome.error;
      return outcome;
    };
  }
}

/** Jest leaves an enabled AsyncLocalStorage behind for each test file, and Node runs a hook of each for each promise. */
function trackStorages() {
  const { AsyncLocalStorage } = asyncHooks;
  let storages = [];
  class Tracked extends AsyncLocalStorage {
    constructor(...given) {
      super(...given);
      storages.push(this);
    }
  }
  // An assignment fails from Node 22 on, where the property is a getter.
  Object.defineProperty(asyncHooks, "AsyncLocalStorage", { value: Tracked, configurable: true });
  return () => {
    for (const storage of storages) storage.disable();
    storages = [];
  };
}

module.exports = WithPackages;
