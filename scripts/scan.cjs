"use strict";
/**
 * `npm run scan`: findings of checkov and trivy in the synthesized stacks that `accepted-findings.tsv` does not answer.
 * docs/adr/0015-what-scanners-object-to.md says why each finding needs an answer.
 */
const { spawnSync } = require("node:child_process");
const { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } = require("node:fs");
const { tmpdir } = require("node:os");
const { join } = require("node:path");
const { pythonVenv } = require("../packages/local-front-door/processes/python-venv.cjs");

const ROOT = join(__dirname, "..");
const ACCEPTED = join(__dirname, "accepted-findings.tsv");
/** Name of a bucket without any setting, which every scanner must report. If it does not, it has not read the stack. */
const PROBE = "scanner_probe";

/** The folder of both scanners' programs, or one line that says why they are missing. */
function scanners() {
  const made = pythonVenv({
    name: "scanners",
    requirements: join(__dirname, "scanners.txt"),
    build: join(ROOT, ".build"),
    onFetch: () => console.error("installing checkov and trivy, once; 450 MB, about a minute"),
  });
  return "missing" in made ? made : { bin: join(made.folder, "bin") };
}

/** By scanner: all findings below a folder, `{ rule, title, stack, resource }` each. Throws if the scanner fails. */
const SCANNERS = {
  checkov(bin, folder) {
    const what = ["--framework", "terraform_json", "--directory", folder, "--output", "json", "--compact", "--quiet"];
    // Run as a module: the folder has moved since the installation, and pip's own scripts name the old path. It exits
    // with 1 if it found anything.
    const reports = [JSON.parse(run(join(bin, "python"), ["-m", "checkov.main", ...what], [0, 1]))].flat();
    return reports.flatMap(({ results }) =>
      (results?.failed_checks ?? []).map(({ check_id: rule, check_name: title, file_path, resource }) => {
        return { rule, title, stack: stackOf(file_path), resource };
      }),
    );
  },
  trivy(bin, folder) {
    const args = ["config", "--skip-check-update", "--quiet", "--format", "json", folder];
    const { Results = [] } = JSON.parse(run(join(bin, "trivy"), args, [0]));
    return Results.flatMap(({ Target, Misconfigurations = [] }) =>
      Misconfigurations.filter(({ Status }) => Status === "FAIL").map(({ ID, Title, CauseMetadata }) => {
        return { rule: ID, title: Title, stack: stackOf(Target), resource: CauseMetadata?.Resource ?? "" };
      }),
    );
  },
};

function run(command, args, good) {
  const done = spawnSync(command, args, { encoding: "utf8", timeout: 300_000, maxBuffer: 1 << 28 });
  if (done.status !== null && good.includes(done.status)) return done.stdout;
  throw new Error(`${command} failed (${done.status ?? done.error?.message}): ${String(done.stderr).slice(-500)}`);
}

/**
 * Copies every synthesized stack into a folder of its own, with the probe. The originals do not work: checkov aborts at
 * `required_version`, and trivy skips folders named `dev`.
 *
 * @returns the stacks' names
 */
function copyStacks(from, folder) {
  const names = readdirSync(from).filter((name) => existsSync(join(from, name, "main.tf.json")));
  for (const name of names) {
    const stack = JSON.parse(readFileSync(join(from, name, "main.tf.json"), "utf8"));
    delete stack.terraform?.required_version;
    stack.resource.aws_s3_bucket = { ...stack.resource.aws_s3_bucket, [PROBE]: { bucket: "scanner-probe" } };
    mkdirSync(join(folder, `stack-${name}`));
    writeFileSync(join(folder, `stack-${name}`, "main.tf.json"), JSON.stringify(stack, null, 2));
  }
  return names;
}

/** The stack that a path inside the copies belongs to. */
function stackOf(path = "") {
  return /(?:^|\/)stack-([^/]+)\/main\.tf\.json$/.exec(path)?.[1] ?? "?";
}

/** Rules of the table, from the first cell of each row: `CKV_AWS_18, AWS-0089`. */
function acceptedRules(table = readFileSync(ACCEPTED, "utf8")) {
  const rows = table.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return rows.flatMap((row) => row.split("\t")[0].split(", "));
}

/**
 * What must be fixed or answered, one line each. Every finding must be fixed, or its rule accepted. An accepted rule
 * without a finding could hide a later one. A scanner that does not report the probe in a stack has not read that stack.
 *
 * @param found findings by scanner
 */
function faultsIn(found, stacks, accepted) {
  const isProbe = ({ resource }) => resource.split(".").includes(PROBE);
  const all = Object.entries(found).flatMap(([scanner, findings]) => findings.map((each) => ({ ...each, scanner })));
  const own = all.filter((each) => !isProbe(each));
  const unseen = Object.keys(found).flatMap((scanner) => {
    const read = all.filter((each) => each.scanner === scanner && isProbe(each)).map(({ stack }) => stack);
    const left = stacks.filter((stack) => !read.includes(stack));
    return left.map((stack) => `${scanner} has not read the stack ${stack}: it does not report the probe in it`);
  });
  const open = [...new Set(own.map(({ rule }) => rule))].filter((rule) => !accepted.includes(rule));
  return [
    ...unseen,
    ...open.map((rule) => {
      const findings = own.filter((each) => each.rule === rule);
      const places = [...new Set(findings.map(({ stack, resource }) => `${stack}: ${resource}`))];
      const more = places.length > 3 ? ` and ${places.length - 3} more` : "";
      return `${findings[0].scanner}: ${rule} (${findings[0].title}) on ${places.slice(0, 3).join(", ")}${more}`;
    }),
    ...accepted
      .filter((rule) => !own.some((each) => each.rule === rule))
      .map((rule) => `${rule} is accepted, but no scanner reports it`),
  ];
}

function main() {
  const { bin, missing } = scanners();
  if (missing !== undefined) {
    console.log(`skipped: checkov and trivy, because they could not be installed: ${missing}`);
    return 0;
  }
  const folder = mkdtempSync(join(tmpdir(), "front-door-scan-"));
  try {
    const stacks = copyStacks(join(ROOT, "synthesized"), folder);
    const found = {};
    for (const [name, findingsIn] of Object.entries(SCANNERS)) {
      console.error(`${name}: reading ${stacks.length} stacks`);
      found[name] = findingsIn(bin, folder);
      console.log(`${name}: ${found[name].length} findings`);
    }
    const faults = faultsIn(found, stacks, acceptedRules());
    if (faults.length === 0) return 0;
    console.error(`${faults.join("\n")}\n    fix the declaration, or accept the rule in scripts/accepted-findings.tsv`);
    return 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

module.exports = { acceptedRules, copyStacks, faultsIn, PROBE, SCANNERS, scanners, stackOf };
if (require.main === module) process.exitCode = main();
