"use strict";
/**
 * `npm run proof [-- name… [options of Jest]]`: compares the program with programs of others. Without a name, it runs every
 * proof, as a release does. A proof is a folder of tests, and a row of `README.md`.
 */
const { spawnSync } = require("node:child_process");
const { readFileSync } = require("node:fs");
const { join } = require("node:path");

const ROOT = join(__dirname, "..");
const README = readFileSync(join(__dirname, "README.md"), "utf8");
/** The row of each proof, by name. */
const PROOFS = Object.fromEntries([...README.matchAll(/^\| `([\w-]+)` .*$/gm)].map(([row, name]) => [name, row]));
/** By proof: what runs the program's tests and Cedar on changed copies, so it is no test itself. */
const ON_COPIES = { faults: ["--faults"], mutants: [] };

/** @returns the exit code */
function main(args) {
  const from = args.findIndex((each) => each.startsWith("-"));
  const [given, options] = from < 0 ? [args, []] : [args.slice(0, from), args.slice(from)];
  const unknown = given.filter((name) => !Object.hasOwn(PROOFS, name));
  if (unknown.length > 0 || options.includes("--help")) {
    for (const name of unknown) console.error(`got no proof called ${JSON.stringify(name)}`);
    console.error(["usage: npm run proof [-- name… [options of Jest]]", ...Object.values(PROOFS)].join("\n"));
    return unknown.length > 0 ? 64 : 0;
  }
  const names = given.length > 0 ? given : Object.keys(PROOFS);
  const jest = join(ROOT, "node_modules", "jest", "bin", "jest.js");
  const folders = `proofs/(${names.join("|")})/`;
  const codes = [run(jest, "--selectProjects=proofs", `--testPathPatterns=${folders}`, ...options)];
  for (const [name, given] of Object.entries(ON_COPIES)) {
    if (names.includes(name)) codes.push(run(join(__dirname, "mutants", "run.cjs"), ...given));
  }
  return Math.max(...codes);
}

function run(...args) {
  return spawnSync(process.execPath, args, { cwd: ROOT, stdio: "inherit" }).status ?? 1;
}

process.exitCode = main(process.argv.slice(2));
