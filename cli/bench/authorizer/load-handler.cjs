"use strict";
/** Loads a function as Lambda does and writes how long that took since the process started, in milliseconds. */
const { writeFileSync } = require("node:fs");
const { pathToFileURL } = require("node:url");

import(pathToFileURL(process.argv[2]).href).then(({ callers }) => {
  const milliseconds = performance.now();
  if (typeof callers !== "function") throw new Error("no handler called callers");
  writeFileSync(3, JSON.stringify(milliseconds));
});
