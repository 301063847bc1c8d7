"use strict";
/** Preloaded into a command: local clouds know every change at once, so a wait of seconds takes milliseconds. */
const timers = require("node:timers/promises");

const { setTimeout: pause } = timers;
timers.setTimeout = (milliseconds, ...rest) => pause(milliseconds < 1000 ? milliseconds : milliseconds / 50, ...rest);
