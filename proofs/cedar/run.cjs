#!/usr/bin/env node
"use strict";
/**
 * `node proofs/cedar/run.cjs`: the built authorizer and Cedar decide the same random requests to environments of random
 * configs. It ends with 1 if an answer differs, or if a feature of configs was in no decision. With `--envoy`, real Envoy with
 * the configurations that the program writes takes the authorizer's place.
 */
const { join } = require("node:path");
const { parseArgs } = require("node:util");
const { buildSync } = require("esbuild");
const { functionOptions, PACKAGE } = require("../../cli/bundle/options.cjs");
const { buildFolder, comparison, SCRIPT } = require("./records.cjs");

const HELP = `usage: node proofs/cedar/run.cjs [options]
  --count N    decisions to compare, 1 to 100,000,000 (default 20,000)
  --seed N     which ones: a whole number (default: today's date as a number)
  --envoy      compare real Envoy in front of services, instead of the authorizer
  --bail       end at the first difference, without printing it`;

async function main({ count, seed, envoy, bail }) {
  const folder = buildFolder();
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(130));
  const artefact = join(folder, "authorizer.mjs");
  if (!envoy) buildSync({ ...functionOptions("authorizer"), outfile: artefact });
  const { prove, envoyFound } = comparison(folder);
  const found = envoy ? { envoy: envoyFound(PACKAGE) } : { artefact, script: SCRIPT };
  process.exitCode = (await prove({ count, seed, bail, program: found })) ? 0 : 1;
}

function options() {
  const { values } = parseArgs({
    options: {
      count: { type: "string", default: "20000" },
      seed: { type: "string", default: new Date().toISOString().slice(0, 10).replaceAll("-", "") },
      envoy: { type: "boolean", default: false },
      bail: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  const { count, seed, envoy, bail, help } = values;
  if (!/^[1-9]\d{0,7}$|^100000000$/.test(count)) throw new Error(`--count: got ${count}, expected 1 to 100000000`);
  if (!/^\d{1,9}$/.test(seed)) throw new Error(`--seed: got ${seed}, expected a whole number of at most nine digits`);
  return { count: Number(count), seed: Number(seed), envoy, bail, help };
}

function start() {
  try {
    return options();
  } catch (error) {
    console.error(`${error.message}\n${HELP}`);
    process.exitCode = 64;
    return undefined;
  }
}

const chosen = start();
if (chosen?.help) console.log(HELP);
else if (chosen)
  main(chosen).catch((error) => {
    console.error(error);
    process.exitCode = 1;
  });
