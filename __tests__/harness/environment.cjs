"use strict";
/** Jest's environment for Node, with the bundled packages and with values that are made once per worker. */
const asyncHooks = require("node:async_hooks");
const { readFileSync } = require("node:fs");
const { setFlagsFromString } = require("node:v8");
const vm = require("node:vm");
const { TestEnvironment } = require("jest-environment-node");
const { PACKAGES } = require("./packages.cjs");

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
const disableStorages = trackStorages();

class WithPackages extends TestEnvironment {
  async setup() {
    await super.setup();
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
    script ??= new vm.Script(readFileSync(PACKAGES, "latin1"), { filename: PACKAGES });
    const module = { exports: {} };
    script.runInContext(this.context)(module.exports, require, module, PACKAGES, __dirname);
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
