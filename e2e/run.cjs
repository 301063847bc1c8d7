"use strict";
/** `npm run e2e`: bundles the proof on two sandbox accounts, and runs it. It is not part of the package. */
const { mkdirSync, mkdtempSync, rmSync } = require("node:fs");
const { join } = require("node:path");
const { buildSync } = require("esbuild");

const ROOT = join(__dirname, "..");
// cdktf calls it, and Node has deprecated it (DEP0044).
require("node:util").isArray = Array.isArray;

mkdirSync(join(ROOT, ".build"), { recursive: true });
// In the repository, where its packages are found. A folder of its own, because a second command may run meanwhile.
const folder = mkdtempSync(join(ROOT, ".build", "e2e-"));
process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
const outfile = join(folder, "e2e.cjs");
buildSync({
  absWorkingDir: ROOT,
  entryPoints: ["e2e/e2e.ts"],
  bundle: true,
  platform: "node",
  target: "node20.19",
  packages: "external",
  logLevel: "warning",
  outfile,
});
require(outfile).main(process.argv.slice(2));
