"use strict";
/**
 * `npm run proof [-- name… [options of Jest]]`: compares the program with programs of others. Without a name, it runs every
 * proof, as a release does. A proof is a folder of tests. `proofs/README.md` says what each compares with what.
 */
const { spawnSync } = require("node:child_process");
const { join } = require("node:path");

const ROOT = join(__dirname, "..");
/** Seconds of each proof on two idle processors, without the first run's downloads. */
const PROOFS = { cedar: 55, "iam-rs": 40, wycheproof: 15, signers: 15, emulator: 20, mutants: 1800 };
/** Runs the tests of the program on changed copies, so it cannot be a test itself. */
const MUTANTS = join(__dirname, "mutants", "run.cjs");

const LIST = Object.entries(PROOFS).map(([name, seconds]) => `  ${name.padEnd(12)}${seconds} s`);
const HELP = ["usage: npm run proof [-- name… [options of Jest]]", ...LIST].join("\n");

/** @returns the exit code: the first that is not 0 */
function main(args) {
  const from = args.findIndex((each) => each.startsWith("-"));
  const [given, options] = from < 0 ? [args, []] : [args.slice(0, from), args.slice(from)];
  const unknown = given.filter((name) => !Object.hasOwn(PROOFS, name));
  if (unknown.length > 0 || options.includes("--help")) {
    console.error([...unknown.map((name) => `got no proof called ${JSON.stringify(name)}`), HELP].join("\n"));
    return unknown.length > 0 ? 64 : 0;
  }
  const names = given.length > 0 ? given : Object.keys(PROOFS);
  const jest = join(ROOT, "node_modules", "jest", "bin", "jest.js");
  const folders = `proofs/(${names.join("|")})/`;
  const compared = node(jest, "--selectProjects=proofs", `--testPathPatterns=${folders}`, ...options);
  if (compared !== 0 || !names.includes("mutants")) return compared;
  return node(MUTANTS);
}

function node(...args) {
  return spawnSync(process.execPath, args, { cwd: ROOT, stdio: "inherit" }).status ?? 1;
}

process.exitCode = main(process.argv.slice(2));
