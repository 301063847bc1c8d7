#!/usr/bin/env node
"use strict";
/**
 * `npm run proof -- mutants`: changes one place of the sources at a time and runs the unit tests, and those of the main job
 * if no unit test notices. It prints each change that no unit test notices: add a test, or remove the line. It draws a
 * sample, because all changes would take a day. With `--decisions`, only the comparison with Cedar runs
 * (`proofs/cedar`), and only what decides on calls is changed: `not-deciding.tsv` lists the other parts.
 */
const { spawn } = require("node:child_process");
const { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, symlinkSync, writeFileSync } = require("node:fs");
const { availableParallelism, tmpdir } = require("node:os");
const { dirname, join } = require("node:path");
const { parseArgs } = require("node:util");
const { openRunFolder } = require("../../__tests__/harness/run-folder.cjs");
const { mutantsOf } = require("./mutants.cjs");
const { decidingOnly } = require("./not-deciding.cjs");

const ROOT = join(__dirname, "..", "..");
/** Folders that decide on access, and those that report it. */
const FOLDERS = [
  "stacks/policy",
  "intent/rules",
  "functions/authorizer",
  "packages/terraform-access-review/access",
  "packages/terraform-access-review/judge",
];
/** What decides on calls, but for the parts in `not-deciding.tsv`. */
const DECIDING = ["functions/authorizer", "stacks/authorizer-policy.ts"];
/** Folders that a clone lacks, or that no unit test reads. */
const NOT_COPIED = ["node_modules", ".git", ".build", ".plans", "cdktf.out"];
/** A run that takes this many times as long as the first full run counts as noticed: something never ends. */
const LIMIT = 6;

const ONE_WORKER = "--maxWorkers=1";
/** `npm test` runs both. */
const UNIT = "--selectProjects=unit";
const MAIN_JOB = "--selectProjects=main-job";
/** The comparison with Cedar. It ends at the first difference. */
const DECISIONS = ["proofs/cedar/run.cjs", "--bail", "--count", "20000", "--seed", "1"];

const HELP = `usage: node proofs/mutants/run.cjs [options]
  --count N    changes of each folder (default 20)
  --seed N     which ones (default: today's date as a number)
  --only PATH  of files whose path begins so alone
  --decisions  compare with Cedar instead of running the unit tests
  --whole      with --decisions: also change what decides nothing that is compared`;

async function main() {
  const { values } = parseArgs({
    options: {
      count: { type: "string", default: "20" },
      seed: { type: "string", default: new Date().toISOString().slice(0, 10).replaceAll("-", "") },
      only: { type: "string", default: "" },
      decisions: { type: "boolean", default: false },
      whole: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return console.log(HELP);
  const [count, seed] = [Number(values.count), Number(values.seed)];
  if (!(count > 0) || !Number.isInteger(seed))
    throw new Error(`got --count ${values.count} --seed ${values.seed}, expected numbers\n${HELP}`);
  const random = randomOf(seed);
  const tests = values.decisions ? BY_DECISIONS : BY_TESTS;
  const mutants = tests.folders.flatMap((folder) => allOf(folder, values.only));
  const empty = tests.folders.filter((folder) => mutants.every((each) => each.folder !== folder));
  if (empty.length > 0 && values.only === "") throw new Error(`no source to change: ${empty.join(", ")}`);
  const chosen = values.decisions && !values.whole ? decidingOnly(mutants, ROOT, values.only) : mutants;
  const sample = tests.folders.flatMap((folder) =>
    drawn(
      chosen.filter((each) => each.folder === folder),
      count,
      random,
    ),
  );
  console.log(`${sample.length} changes, drawn with --seed ${seed}`);
  openRunFolder();
  const start = Date.now();
  const limit = LIMIT * (await tests.time());
  const waiting = [...sample];
  const workers = Math.min(availableParallelism(), sample.length);
  await Promise.all(Array.from({ length: workers }, () => work(waiting, sample.length, limit, tests.noticedBy)));
  report(sample, tests, Math.round((Date.now() - start) / 1000));
}

/**
 * Runs all tests and returns the milliseconds of the unit tests. Throws if a test fails, because that test would seem to
 * notice every change.
 */
async function timeOfAllTests() {
  const copy = copyOfProject();
  console.log("running the tests without a change");
  const start = Date.now();
  const isGreen = await passes(copy, UNIT, ["--maxWorkers=100%"]);
  const time = Date.now() - start;
  if (!isGreen || !(await passes(copy, MAIN_JOB, ["--maxWorkers=100%"])))
    throw new Error("the tests fail without a change; fix them first: npm test");
  return time;
}

/** Compares decisions without a change, and returns the milliseconds that this takes. */
async function timeOfDecisions() {
  console.log("comparing decisions without a change");
  const start = Date.now();
  if (!(await succeeds(ROOT, DECISIONS)))
    throw new Error("decisions differ without a change; fix them first: node proofs/cedar/run.cjs --seed 1");
  return Date.now() - start;
}

function copyOfProject() {
  const copy = mkdtempSync(join(tmpdir(), "front-door-mutants-"));
  const parts = readdirSync(ROOT).filter((name) => !NOT_COPIED.includes(name));
  for (const part of parts) cpSync(join(ROOT, part), join(copy, part), { recursive: true });
  symlinkSync(join(ROOT, "node_modules"), join(copy, "node_modules"));
  return copy;
}

function allOf(folder, only) {
  const [top] = folder.split("/");
  return readdirSync(join(ROOT, top), { recursive: true })
    .map((name) => `${top}/${name}`)
    .filter((file) => file.endsWith(".ts") && `${file}/`.startsWith(`${folder}/`) && file.startsWith(only))
    .sort()
    .flatMap((file) =>
      mutantsOf(readFileSync(join(ROOT, file), "utf8")).map((mutant) => ({ ...mutant, folder, file })),
    );
}

/** Tries one change after the other in a copy of the project that only this worker changes. */
async function work(waiting, total, limit, noticedBy) {
  const copy = copyOfProject();
  for (let mutant = waiting.shift(); mutant !== undefined; mutant = waiting.shift()) {
    writeFileSync(join(copy, mutant.file), mutant.text);
    mutant.noticedBy = await noticedBy(copy, mutant.file, limit);
    cpSync(join(ROOT, mutant.file), join(copy, mutant.file));
    const sign = mutant.noticedBy === undefined ? "SURVIVED" : "noticed ";
    console.log(`${sign} ${total - waiting.length}/${total} ${mutant.file}:${mutant.line} ${mutant.kind}`);
  }
}

/**
 * Runs the quick tests of the changed file first, then all unit tests that depend on it, then the main job.
 *
 * @returns the project that notices the change, if one does
 */
async function noticedByTests(copy, file, limit) {
  const own = testsOf(copy, file);
  if (own.length > 0 && !(await passes(copy, UNIT, [...own, ONE_WORKER], limit))) return UNIT;
  if (!(await passes(copy, UNIT, ["--findRelatedTests", file, ONE_WORKER], limit))) return UNIT;
  return (await passes(copy, MAIN_JOB, [ONE_WORKER], limit)) ? undefined : MAIN_JOB;
}

/** Returns the tests with the file's name, or else those of its folder. */
function testsOf(copy, file) {
  const folder = join("__tests__/unit", dirname(file).replace(/^packages\//, ""));
  const name = file.slice(dirname(file).length + 1, -".ts".length);
  const tests = existsSync(join(copy, folder)) ? readdirSync(join(copy, folder)) : [];
  const all = tests.filter((test) => test.endsWith(".test.ts"));
  const own = all.filter((test) => test.startsWith(name));
  return (own.length > 0 ? own : all).map((test) => `${folder}/${test}`);
}

/** @param limit in milliseconds; without it, there is none */
function passes(cwd, project, args, limit) {
  const jest = join("node_modules", "jest", "bin", "jest.js");
  // The project comes last, because Jest takes what follows it for more projects.
  return succeeds(cwd, [jest, ...args, "--bail=1", "--silent", "--reporters=default", project], limit);
}

function succeeds(cwd, args, limit) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd, stdio: "ignore" });
    const timer = limit === undefined ? undefined : setTimeout(() => child.kill("SIGTERM"), limit);
    child.on("error", reject);
    child.on("close", (code) => {
      clearTimeout(timer);
      resolve(code === 0);
    });
  });
}

function report(sample, { folders, first, name }, seconds) {
  for (const { file, line, kind, before, after } of sample.filter(({ noticedBy }) => noticedBy !== first)) {
    console.log(
      `\n${file}:${line} ${kind}\n    - ${before.replaceAll("\n", " ")}\n    + ${after.replaceAll("\n", " ")}`,
    );
  }
  const share = (some, isWanted) => {
    const count = some.filter(({ noticedBy }) => isWanted(noticedBy)).length;
    return `${count} of ${some.length}, ${Math.floor((100 * count) / some.length)} %`;
  };
  const isFirst = (project) => project === first;
  console.log();
  for (const folder of folders) {
    const own = sample.filter((each) => each.folder === folder);
    if (own.length > 0) console.log(`${folder}: ${share(own, isFirst)} noticed by ${name}`);
  }
  console.log(`${share(sample, isFirst)} noticed by ${name}`);
  const all = first === UNIT ? "npm test" : name;
  console.log(`${share(sample, (project) => project !== undefined)} noticed by ${all}, in ${seconds} s`);
}

function drawn(items, count, random) {
  const left = [...items];
  return Array.from(
    { length: Math.min(count, left.length) },
    () => left.splice(Math.floor(random() * left.length), 1)[0],
  );
}

/** mulberry32: the same numbers for the same seed, everywhere. */
function randomOf(seed) {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** What notices changes: where they are made, and what counts as noticed. */
const BY_TESTS = { folders: FOLDERS, time: timeOfAllTests, noticedBy: noticedByTests, first: UNIT, name: "unit tests" };
const BY_DECISIONS = {
  folders: DECIDING,
  time: timeOfDecisions,
  noticedBy: async (copy, _file, limit) => ((await succeeds(copy, DECISIONS, limit)) ? undefined : "decisions"),
  first: "decisions",
  name: "the comparison with Cedar",
};

main().catch((error) => {
  console.error(error.message);
  process.exitCode = 64;
});
