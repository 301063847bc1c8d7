"use strict";
/** Runs renew.ts: bundled beside the other programs, from the project's folder. */
const { join } = require("node:path");
const { buildSync } = require("esbuild");

const root = join(__dirname, "..", "..", "..");
const outfile = join(root, ".build", "renew-plans.cjs");
buildSync({
  entryPoints: [join(__dirname, "renew.ts")],
  bundle: true,
  platform: "node",
  packages: "external",
  // Files of the project are found from where a source lies.
  define: { __dirname: JSON.stringify(join(root, "__tests__", "support")) },
  outfile,
});
process.env.TF_PLUGIN_CACHE_DIR ??= join(root, ".build", "terraform-plugins");
process.chdir(root);
require(outfile);
