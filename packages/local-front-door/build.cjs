"use strict";
const { build } = require("../publish.cjs");

/** Files that the program reads at run time. */
const READ = ["function/function-runtime.cjs", "function/preload.cjs", "envoy/requirements.txt", "page/assets"];

module.exports = { build: (folder) => build(__dirname, folder, READ) };
if (require.main === module) module.exports.build();
