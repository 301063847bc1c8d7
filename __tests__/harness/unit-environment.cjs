"use strict";
/**
 * The environment of unit tests: they start no process and open no socket, which keeps them fast and deterministic.
 * They read no file of the repository's own `config/` or `synthesized/`, so that they pass with any team's config.
 */
const childProcess = require("node:child_process");
const fs = require("node:fs");
const net = require("node:net");
const { join, sep } = require("node:path");
const WithPackages = require("./environment.cjs");
const { PACKAGE } = require("./packages.cjs");

const FORBIDDEN = [
  [childProcess, "spawn"],
  [childProcess, "spawnSync"],
  [childProcess, "exec"],
  [childProcess, "execSync"],
  [childProcess, "execFile"],
  [childProcess, "execFileSync"],
  [childProcess, "fork"],
  [net.Server.prototype, "listen"],
  [net.Socket.prototype, "connect"],
];

/** Every function with which sources and tests read files. */
const READING = ["existsSync", "openSync", "readFileSync", "readdirSync", "statSync"];
const OF_THE_TEAM = ["config", "synthesized"].map((name) => join(PACKAGE, name));

class WithoutProcesses extends WithPackages {
  async setup() {
    await super.setup();
    const reading = READING.map((name) => [fs, name]);
    this.originals = [...FORBIDDEN, ...reading].map(([owner, name]) => [owner, name, owner[name]]);
    for (const [owner, name] of reading) owner[name] = refusing(owner[name]);
    for (const [owner, name, original] of this.originals.slice(0, FORBIDDEN.length)) {
      owner[name] = (...given) => {
        if (isSystemCall(name, given[0])) return original(...given);
        throw new Error(`a unit test called ${name}: what needs a process or a socket is a component test`);
      };
    }
  }

  async teardown() {
    for (const [owner, name, original] of this.originals ?? []) owner[name] = original;
    await super.teardown();
  }
}

/** macOS has no file with the start of a process, which locks and folders of a process name: it takes `ps`. */
function isSystemCall(name, program) {
  return process.platform === "darwin" && name === "spawnSync" && program === "ps";
}

function refusing(read) {
  return (path, ...options) => {
    if (OF_THE_TEAM.some((folder) => path === folder || String(path).startsWith(folder + sep))) {
      throw new Error(`a unit test read ${path}: tests use __tests__/fixtures/`);
    }
    return read(path, ...options);
  };
}

module.exports = WithoutProcesses;
