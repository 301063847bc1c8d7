"use strict";
/** The environment of unit tests: they start no process and open no socket, which is what keeps them fast and exact. */
const childProcess = require("node:child_process");
const net = require("node:net");
const WithPackages = require("./environment.cjs");

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

class WithoutProcesses extends WithPackages {
  async setup() {
    await super.setup();
    this.originals = FORBIDDEN.map(([owner, name]) => [owner, name, owner[name]]);
    for (const [owner, name] of FORBIDDEN) {
      owner[name] = () => {
        throw new Error(`a unit test called ${name}: what needs a process or a socket is a component test`);
      };
    }
  }

  async teardown() {
    for (const [owner, name, original] of this.originals ?? []) owner[name] = original;
    await super.teardown();
  }
}

module.exports = WithoutProcesses;
