"use strict";
/**
 * Gives a local front door that a test starts kept keys instead of new ones: `node --require <this file> cli/run.cjs
 * local dev`. That is a third of the processor time of a door with its calls. Two doors start with different keys.
 */
const { keepRsaKeys, rsaKeys } = require("./kept-keys.cjs");

keepRsaKeys(rsaKeys(process.pid));
