"use strict";
/** Changes that the comparison with Cedar cannot notice: a table of the places, each with its reason. */
const { parse } = require("@babel/parser");
const { readFileSync } = require("node:fs");
const { join } = require("node:path");

const TABLE = join(__dirname, "not-deciding.tsv");

/**
 * Rows of the table. A part is `*` (the whole file), `name()` (a function or method), or one change: `before -> after`, on
 * one line, with `name(): ` before it if only those in this function are meant.
 */
function rowsOf(text) {
  return text
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => {
      const [file = "", part = "", reason = ""] = line.split("\t");
      if (reason === "")
        throw new Error(`not-deciding.tsv: got ${line}, expected file, part and reason, with tabs between`);
      return { file, part, reason };
    });
}

/** The changes that no row covers. Throws if a row covers none: the code has changed, so the row needs another look. */
function decidingOnly(mutants, root, only = "", text = readFileSync(TABLE, "utf8")) {
  const rows = rowsOf(text).filter(({ file }) => file.startsWith(only));
  const ranges = new Map();
  const rangesOf = (file) => {
    if (!ranges.has(file)) ranges.set(file, functionsIn(readFileSync(join(root, file), "utf8")));
    return ranges.get(file);
  };
  const covers = ({ file, part }, mutant) => {
    if (file !== mutant.file) return false;
    if (part === "*") return true;
    const [, name, change] = /^(?:(\w+)\(\)(?:: |$))?(.*)$/.exec(part);
    const found = name && rangesOf(file).get(name);
    const isThere = !name || (found && mutant.line >= found.first && mutant.line <= found.last);
    return isThere && (change === "" || change === changeOf(mutant));
  };
  const idle = rows.find((row) => !mutants.some((mutant) => covers(row, mutant)));
  if (idle)
    throw new Error(`not-deciding.tsv: ${idle.file} has no ${idle.part}; read its code again, and correct the row`);
  return mutants.filter((mutant) => !rows.some((row) => covers(row, mutant)));
}

/** One line for a change, as in the table. */
function changeOf({ before, after }) {
  return `${before} -> ${after}`.replaceAll(/\s+/g, " ");
}

/** First and last line of each function and method, by name. */
function functionsIn(source) {
  const found = new Map();
  const visit = (node) => {
    const name = node.id?.name ?? node.key?.name ?? node.key?.id?.name;
    if (/^(FunctionDeclaration|ClassMethod|ClassPrivateMethod)$/.test(node.type) && name)
      found.set(name, { first: node.loc.start.line, last: node.loc.end.line });
    for (const [key, value] of Object.entries(node)) {
      if (key === "loc") continue;
      for (const child of [value].flat()) if (child !== null && typeof child?.type === "string") visit(child);
    }
  };
  visit(parse(source, { sourceType: "module", plugins: ["typescript"] }).program);
  return found;
}

module.exports = { decidingOnly };
