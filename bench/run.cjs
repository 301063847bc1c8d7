"use strict";
/** `npm run bench`: bundles the benchmarks into `.build/` and runs them. They are not part of the package. */
const { buildSync } = require("esbuild");
const { join } = require("node:path");
const { ensureBuilt, BUILD, PACKAGE } = require("../cli/bundle/build.cjs");

// The bundle of the authorizer, whose size is measured.
ensureBuilt("program");
const outfile = join(BUILD, "bench.cjs");
buildSync({
  absWorkingDir: PACKAGE,
  entryPoints: ["bench/bench.ts"],
  bundle: true,
  platform: "node",
  packages: "external",
  logLevel: "warning",
  outfile,
});
require(outfile);
