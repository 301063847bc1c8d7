"use strict";
/**
 * `npm run lint:workflows [-- tool…]`: runs actionlint and zizmor on `.github/workflows`, or the tools that are named. Reports tools that could not be installed as skipped.
 */
const { spawnSync } = require("node:child_process");
const { existsSync } = require("node:fs");
const { join } = require("node:path");
const { pythonVenv } = require("../packages/local-front-door/processes/python-venv.cjs");

const ROOT = join(__dirname, "..");
const BUILD = join(ROOT, ".build");
const ACTIONLINT = "1.7.12";
/** The parts of this repository that other repositories' workflows run. */
const ACTION = "packages/terraform-access-review/action.yml";

/** Each returns the tool's path and arguments, or one line that says why the tool is missing. */
const TOOLS = {
  /** Finds errors: https://github.com/rhysd/actionlint. Without optimizations, which take longer than all runs. */
  actionlint() {
    const bin = join(BUILD, `actionlint-${ACTIONLINT}`);
    const found = { path: join(bin, "actionlint"), args: [] };
    if (existsSync(found.path)) return found;
    const install = ["install", "-gcflags=all=-N -l", `github.com/rhysd/actionlint/cmd/actionlint@v${ACTIONLINT}`];
    const env = { ...process.env, CGO_ENABLED: "0", GOBIN: bin };
    const { status, error, stderr } = spawnSync("go", install, { encoding: "utf8", timeout: 600_000, env });
    return status === 0 ? found : { missing: `go install: ${error?.message ?? stderr.trim().split("\n").at(-1)}` };
  },
  /** Finds security problems: https://docs.zizmor.sh. Offline, so that the result does not change from day to day. */
  zizmor() {
    const made = pythonVenv({ name: "zizmor", requirements: join(__dirname, "zizmor.txt"), build: BUILD });
    if ("missing" in made) return made;
    const args = ["--offline", "--no-progress", "--quiet", ".github/workflows", ACTION];
    return { path: join(made.folder, "bin", "zizmor"), args };
  },
};

function main(names) {
  const unknown = names.find((name) => !Object.hasOwn(TOOLS, name));
  if (unknown !== undefined) {
    console.error(`no tool is called "${unknown}"\n    known: ${Object.keys(TOOLS).join(", ")}`);
    return 64;
  }
  const failed = (names.length === 0 ? Object.keys(TOOLS) : names).filter((name) => {
    const { path, args, missing } = TOOLS[name]();
    if (missing !== undefined) {
      console.log(`skipped: ${name}, because it could not be installed: ${missing}`);
      return false;
    }
    const { status } = spawnSync(path, args, { cwd: ROOT, stdio: "inherit" });
    if (status === 0) console.log(`${name}: no findings`);
    return status !== 0;
  });
  if (failed.length > 0) console.error(`${failed.join(" and ")}: findings, see above`);
  return failed.length > 0 ? 1 : 0;
}

module.exports = TOOLS;
if (require.main === module) process.exitCode = main(process.argv.slice(2));
