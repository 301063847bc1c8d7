"use strict";
const { ensureBuilt } = require("../../cli/bundle/build.cjs");

/** Tests see what users run: the bundle, and the functions as they are deployed. */
module.exports = () => {
  for (const synthesizes of [true, false]) ensureBuilt(synthesizes);
};
