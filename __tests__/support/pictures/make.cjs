"use strict";
/** Runs make.ts: bundled next to the other programs, from the project's folder. */
const { join } = require("node:path");
const { buildSync } = require("esbuild");
const ensureShopProject = require("../../harness/shop-project.cjs");

const root = join(__dirname, "../../..");
const outfile = join(root, ".build", "make-pictures.cjs");
buildSync({
  entryPoints: [join(__dirname, "make.ts")],
  bundle: true,
  platform: "node",
  packages: "external",
  // Sources find files of the project relative to their own folder.
  define: { __dirname: JSON.stringify(join(root, "__tests__", "support")) },
  outfile,
});
process.chdir(root);
ensureShopProject().then(() => require(outfile));
