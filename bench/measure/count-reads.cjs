"use strict";
/**
 * Preloaded into each measured process and those that it starts. At its end it appends to the file that COUNT_FILE names how
 * many files it read, and their bytes. No other program on the machine changes these numbers.
 */
const fs = require("node:fs");

const { readFileSync, appendFileSync } = fs;
let [files, bytes] = [0, 0];

fs.readFileSync = (...parameters) => {
  const content = readFileSync(...parameters);
  files += 1;
  bytes += typeof content === "string" ? Buffer.byteLength(content) : content.length;
  return content;
};
process.on("exit", () => appendFileSync(process.env.COUNT_FILE, `${files} ${bytes}\n`));
