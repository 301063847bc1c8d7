"use strict";
/** Faults that people wrote by hand, as a hurried person or an attacker of the repository would. */
const { readFileSync } = require("node:fs");
const { join } = require("node:path");

/**
 * Rows of `faults.tsv`: file, text in it, replacement, the input that the fault concerns, and what it does.
 *
 * @returns `{ file, line, kind, input, before, after, text }` each, `text` being the whole source with that fault
 */
function faults(root) {
  const rows = readFileSync(join(__dirname, "faults.tsv"), "utf8").split("\n");
  return rows
    .filter((row) => row !== "" && !row.startsWith("#"))
    .map((row) => {
      const [file, before, after, input, kind = ""] = row.split("\t");
      const source = readFileSync(join(root, file), "utf8");
      const [start, ...others] = source.split(before);
      if (kind === "" || others.length !== 1)
        throw new Error(`faults.tsv, ${kind || row}: got ${others.length} times ${before} in ${file}, expected once`);
      return { file, line: start.split("\n").length, kind, input, before, after, text: start + after + others[0] };
    });
}

module.exports = { faults };
