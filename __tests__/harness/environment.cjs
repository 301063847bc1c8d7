"use strict";
/** Jest's environment for Node, with the bundled packages and with texts that are made once a worker. */
const { readFileSync } = require("node:fs");
const { Script } = require("node:vm");
const { TestEnvironment } = require("jest-environment-node");
const { PACKAGES } = require("./packages.cjs");

/** Compiled once a worker, evaluated once a test file. */
let script;
/** Made by the first test file of a worker that asks, as text, so that no test changes what another one reads. */
const texts = new Map();

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

  evaluatePackages() {
    script ??= new Script(readFileSync(PACKAGES, "latin1"), { filename: PACKAGES });
    const module = { exports: {} };
    script.runInContext(this.context)(module.exports, require, module, PACKAGES, __dirname);
    return module.exports;
  }
}

module.exports = WithPackages;
