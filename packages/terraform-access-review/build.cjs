"use strict";
const { build } = require("../publish.cjs");

module.exports = { build: (folder) => build(__dirname, folder) };
if (require.main === module) build(__dirname);
