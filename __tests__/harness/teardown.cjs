"use strict";
const { setTimeout: delay } = require("node:timers/promises");
const { clear, processesOf } = require("./run-folder.cjs");

/** How long a process may take to end after its signal. */
const GRACE_MS = 5_000;
const JEST_WORKER = /jest-worker/;

/** Runs after the last test. A process that still runs is a fault of the test that started it. */
module.exports = async () => {
  const folder = globalThis.runFolder;
  const left = () => processesOf(folder).filter(({ command }) => !JEST_WORKER.test(command));
  for (let waited = 0; left().length > 0 && waited < GRACE_MS; waited += 100) await delay(100);
  const commands = left().map(({ command }) => command);
  clear(folder);
  if (commands.length > 0) throw new Error(`tests left processes behind:\n    ${commands.join("\n    ")}`);
};
