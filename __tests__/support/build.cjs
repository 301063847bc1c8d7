"use strict";
const { ensureBuilt } = require("../../cli/bundle/build.cjs");

/** Makes what users run for the tests: the bundle, and the functions as deployed. */
module.exports = () => {
  for (const name of ["synth-program", "review-program", "program"]) ensureBuilt(name);
};
