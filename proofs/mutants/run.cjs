#!/usr/bin/env node
"use strict";
/**
 * `npm run proof -- mutants`: changes one place of what decides at a time, and says who notices it: the unit tests of that
 * area, and the comparison with Cedar (`proofs/cedar`). It draws a sample, because all changes would take a day. With `--faults`,
 * it applies the faults that people wrote by hand (`proofs/faults/faults.tsv`), and fails if one is not noticed.
 */
const { spawn } = require("node:child_process");
const {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} = require("node:fs");
const { availableParallelism, tmpdir } = require("node:os");
const { join } = require("node:path");
const { parseArgs } = require("node:util");
const { openRunFolder } = require("../../__tests__/harness/run-folder.cjs");
const { cedarRecords } = require("../cedar/records.cjs");
const { faults } = require("../faults/faults.cjs");
const { mutantsOf } = require("./mutants.cjs");

const ROOT = join(__dirname, "..", "..");
/**
 * What decides: the sources of each area, and the folders of the tests that state its promises. `cedar`: the comparison with
 * Cedar depends on it as well.
 */
const AREAS = {
  authorizer: { sources: ["functions/authorizer"], tests: "(functions|contract)/", cedar: true },
  contract: {
    sources: ["route-pattern", "route-access", "scope-need", "scope-claims", "identity-sources", "aws-iam-token"].map(
      (name) => `contract/${name}.ts`,
    ),
    tests: "(functions|contract)/",
    cedar: true,
  },
  "authorizer's policy": {
    sources: ["stacks/authorizer-policy.ts", "contract/policy-file.ts"],
    tests: "(stacks|functions|contract)/",
    cedar: true,
  },
  rotation: { sources: ["functions/rotate-client-secret"], tests: "functions/rotate-client-secret/" },
  "policy rules": { sources: ["stacks/policy"], tests: "stacks/policy/" },
  "config rules": { sources: ["intent/rules"], tests: "intent/" },
  expectations: { sources: ["cli/expectations"], tests: "cli/expectations/", component: "cli/expectations/" },
  adopt: { sources: ["cli/pipeline/artefact"], component: "cli/pipeline/artefact/" },
  // Expectations and policy rules ask the same model of access.
  review: {
    sources: ["packages/terraform-access-review/access"],
    tests: "(terraform-access-review|cli/expectations|stacks/policy)/",
  },
};
/** Folders that a clone lacks, or that no unit test reads. */
const NOT_COPIED = ["node_modules", ".git", ".build", ".plans", "cdktf.out"];
/**
 * A run that takes longer than this, in milliseconds, counts as noticed: something never ends. Tests have four times as long as
 * without a change, if that is more.
 */
const LIMIT = 120_000;
const limits = new Map();
const DECISIONS = { count: 20_000, seed: 1 };

const HELP = `usage: node proofs/mutants/run.cjs [options]
  --count N    changes of each area (default 8)
  --seed N     which ones (default 1)
  --only PATH  of files whose path begins so alone
  --faults     those of proofs/faults/faults.tsv instead`;

async function main() {
  const { values } = parseArgs({
    options: {
      count: { type: "string", default: "8" },
      seed: { type: "string", default: "1" },
      only: { type: "string", default: "" },
      faults: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return console.log(HELP);
  const [count, seed] = [Number(values.count), Number(values.seed)];
  if (!(count > 0) || !Number.isInteger(seed))
    throw new Error(`got --count ${values.count} --seed ${values.seed}, expected numbers\n${HELP}`);
  const random = randomOf(seed);
  const isChosen = ({ file }) => file.startsWith(values.only);
  const sample = values.faults
    ? faults(ROOT).filter(isChosen).map(inArea)
    : Object.keys(AREAS).flatMap((area) => drawn(mutantsIn(area).filter(isChosen), count, random));
  if (sample.length === 0) throw new Error(`no change in files whose path begins with ${values.only}`);
  console.log(`${sample.length} changes${values.faults ? "" : `, drawn with --seed ${seed}`}`);
  openRunFolder();
  const start = Date.now();
  await requireGreen(new Map(sample.map((change) => [change.area, change.file])));
  const cedar = sample.some(({ area }) => AREAS[area].cedar) ? cedarRecords(DECISIONS) : undefined;
  const waiting = [...sample];
  const workers = Math.min(availableParallelism(), sample.length);
  await Promise.all(Array.from({ length: workers }, () => work(waiting, sample.length, cedar)));
  report(sample, Math.round((Date.now() - start) / 1000));
  if (values.faults && sample.some(({ by }) => by === NEITHER)) process.exitCode = 1;
}

/** Longest run without a change, in milliseconds. */
const UNCHANGED = 900_000;

/** Throws if a test fails without a change, because it would seem to notice every change. */
async function requireGreen(files) {
  const copy = copyOfProject();
  for (const [area, file] of files) {
    const start = Date.now();
    if (!(await passes(copy, file, AREAS[area], UNCHANGED)))
      throw new Error(
        `tests of ${area} fail without a change, or take over ${UNCHANGED / 60_000} minutes; fix them first`,
      );
    limits.set(area, Math.max(LIMIT, 4 * (Date.now() - start)));
  }
  rmSync(copy, { recursive: true });
}

function inArea(change) {
  const [area] =
    Object.entries(AREAS).find(([, { sources }]) => sources.some((each) => isBelow(each, change.file))) ?? [];
  if (area === undefined) throw new Error(`${change.file}: expected a file of an area in proofs/mutants/run.cjs`);
  return { ...change, area };
}

function isBelow(source, file) {
  return `${file}/`.startsWith(`${source}/`);
}

function mutantsIn(area) {
  const files = AREAS[area].sources.flatMap((source) =>
    source.endsWith(".ts")
      ? [source]
      : readdirSync(join(ROOT, source), { recursive: true })
          .map((name) => `${source}/${name}`)
          .filter((file) => file.endsWith(".ts"))
          .sort(),
  );
  return files.flatMap((file) =>
    mutantsOf(readFileSync(join(ROOT, file), "utf8")).map((mutant) => ({ ...mutant, area, file })),
  );
}

function copyOfProject() {
  const copy = mkdtempSync(join(tmpdir(), "front-door-mutants-"));
  const parts = readdirSync(ROOT).filter((name) => !NOT_COPIED.includes(name));
  for (const part of parts) cpSync(join(ROOT, part), join(copy, part), { recursive: true });
  symlinkSync(join(ROOT, "node_modules"), join(copy, "node_modules"));
  return copy;
}

/** By whether tests notice a change, and whether Cedar does. */
const [BOTH, TESTS, CEDAR, NEITHER] = ["both", "tests alone", "Cedar alone", "neither"];

/** Tries one change after the other in a copy of the project that only this worker changes. */
async function work(waiting, total, cedar) {
  const copy = copyOfProject();
  for (let change = waiting.shift(); change !== undefined; change = waiting.shift()) {
    const { file, area } = change;
    writeFileSync(join(copy, file), change.text);
    const byTests = !(await passes(copy, file, AREAS[area], limits.get(area)));
    const byCedar = AREAS[area].cedar ? await isNoticedByCedar(copy, file, cedar) : false;
    cpSync(join(ROOT, file), join(copy, file));
    change.by = byTests ? (byCedar ? BOTH : TESTS) : byCedar ? CEDAR : NEITHER;
    console.log(`${total - waiting.length}/${total} ${change.by}: ${nameOf(change)}`);
  }
  rmSync(copy, { recursive: true });
}

function nameOf({ file, line, kind }) {
  return `${file}:${line} ${kind}`;
}

/** A change of what is not in the function alone may also change what the function is asked. */
async function isNoticedByCedar(copy, file, cedar) {
  if (await cedar.differ(copy, LIMIT)) return true;
  if (file.startsWith("functions/")) return false;
  const { count, seed } = DECISIONS;
  return !(await succeeds(copy, ["proofs/cedar/run.cjs", "--bail", "--count", `${count}`, "--seed", `${seed}`]));
}

/**
 * Whether the area's unit tests that depend on a file pass, and its component tests, which run bundles. The test with the
 * file's name runs first, because it notices most changes, and quickly.
 */
async function passes(copy, file, { tests, component }, limit) {
  const own = join("__tests__/unit", file.replace(/^packages\//, "").replace(/\.ts$/, ".test.ts"));
  if (existsSync(join(copy, own)) && !(await succeeds(copy, jest(`--testPathPatterns=${own}`, UNIT), limit)))
    return false;
  const runs = [
    tests && jest("--findRelatedTests", file, `--testPathIgnorePatterns=/unit/(?!${tests})`, UNIT),
    component && jest(`--testPathPatterns=/component/${component}`, "--selectProjects=component"),
  ];
  for (const run of runs) if (run !== undefined && !(await succeeds(copy, run, limit))) return false;
  return true;
}

const UNIT = "--selectProjects=unit";

/** The project comes last, because Jest takes what follows it for more projects. */
function jest(...chosen) {
  const quiet = ["--maxWorkers=1", "--bail=1", "--silent", "--reporters=default", "--passWithNoTests"];
  return [join("node_modules", "jest", "bin", "jest.js"), ...quiet, ...chosen];
}

function succeeds(cwd, args, limit = LIMIT) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd, stdio: "ignore" });
    // A loop without an end does not see SIGTERM.
    const timer = setTimeout(() => child.kill("SIGKILL"), limit);
    child.on("error", reject);
    child.on("close", (code) => {
      clearTimeout(timer);
      resolve(code === 0);
    });
  });
}

function report(sample, seconds) {
  for (const change of sample.filter(({ by }) => by === NEITHER)) {
    const [before, after] = [change.before, change.after].map((text) => text.replaceAll("\n", " "));
    console.log(`\nnot noticed: ${nameOf(change)}\n    - ${before}\n    + ${after}`);
  }
  console.log("\n| changed | changes | both | tests alone | Cedar alone | neither |\n|---|---:|---:|---:|---:|---:|");
  const row = (name, some) => {
    const counts = [BOTH, TESTS, CEDAR, NEITHER].map((by) => some.filter((each) => each.by === by).length);
    console.log(`| ${[name, some.length, ...counts].join(" | ")} |`);
  };
  for (const area of new Set(sample.map((each) => each.area))) {
    const own = sample.filter((each) => each.area === area);
    for (const file of new Set(own.map((each) => each.file)))
      row(
        `\`${file}\``,
        own.filter((each) => each.file === file),
      );
    row(`**${area}**`, own);
  }
  row("**all**", sample);
  const noticed = sample.filter(({ by }) => by !== NEITHER).length;
  console.log(
    `\n${noticed} of ${sample.length} noticed, ${Math.floor((100 * noticed) / sample.length)} %, in ${seconds} s`,
  );
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

main().catch((error) => {
  console.error(error.message);
  process.exitCode = 64;
});
