"use strict";
/**
 * Reports steps that take long. It runs in a thread of its own (`progress.ts`), because most long steps block the
 * program's: a synthesis, a bundle, another program.
 */
const { writeSync } = require("node:fs");
const { parentPort } = require("node:worker_threads");

/** Silence before the first line on a step, and before each later one, in milliseconds. */
const FIRST_MS = 2000;
const NEXT_MS = 10_000;
const TICK_MS = 100;

/** Decides when a line is due. */
class Watcher {
  step = {};
  lastOutput = 0;
  silence = FIRST_MS;

  /**
   * @param step the current one, `{ what, since }`. One without a name is not reported
   * @param lastOutput time of the program's last output. All times are milliseconds since 1970
   */
  follow({ step, lastOutput }) {
    this.step = step;
    if (lastOutput <= this.lastOutput) return;
    this.lastOutput = lastOutput;
    this.silence = FIRST_MS;
  }

  /** The line that is due at this time, once. */
  lineAt(now) {
    if (this.step.what === undefined || now - this.lastOutput < this.silence) return undefined;
    this.lastOutput = now;
    this.silence = NEXT_MS;
    return `${this.step.what}: ${Math.round((now - this.step.since) / 1000)} s`;
  }
}

if (parentPort !== null) {
  const watcher = new Watcher();
  parentPort.on("message", (message) => watcher.follow(message));
  setInterval(() => {
    const line = watcher.lineAt(Date.now());
    if (line === undefined) return;
    try {
      writeSync(2, `${line}\n`);
    } catch {
      // The terminal is gone or busy. The command decides what that means.
    }
  }, TICK_MS);
}

module.exports = { Watcher };
