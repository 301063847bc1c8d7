"use strict";
/**
 * Makes the project that command tests copy: the sources, the bundles, and the shop of `fixtures/` with its synthesized
 * files. It is kept until a source or the shop changes.
 */
const { spawnSync } = require("node:child_process");
const { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } =
  require("node:fs");
const { basename, join } = require("node:path");
const { ensureBuilt, hashOf, BUILD, PACKAGE } = require("../../cli/bundle/build.cjs");
const { endBundler } = require("./packages.cjs");
const { changedSource, SHOP_PROJECT, STAMP } = require("./shop-sources.cjs");

/** The parts of a fresh clone that a command needs. */
const PARTS = [
  "main.ts",
  "contract",
  "intent",
  "stacks",
  "functions",
  "cli",
  "packages",
  "package.json",
  "package-lock.json",
  "tsconfig.json",
  "cdktf.json",
];
/**
 * `main.js` is left out, because it changes when a command first bundles this clone's own `main.ts`, possibly during
 * the tests.
 */
const BUNDLES =
  /^(?:(?:(?:synth|review)-)?program(?:(?:-rare)?-packages)?\.js|(?:authorizer|rotate-client-secret)\.mjs)(?:\.json)?$/;
const CONFIG = "__tests__/fixtures/shop/config";

async function ensureShopProject() {
  for (const name of ["synth-program", "review-program"]) ensureBuilt(name);
  for (const { bundle } of ensureBuilt("program").lazy) bundle();
  await endBundler();
  const bundles = readdirSync(BUILD).filter((name) => BUNDLES.test(name));
  const stamps = bundles.filter((name) => name.endsWith(".json"));
  const files = [
    ...readdirSync(join(PACKAGE, CONFIG)).map((name) => `${CONFIG}/${name}`),
    "__tests__/harness/shop-project.cjs",
    // No bundle has them.
    ...["cli/run.cjs", "cli/bundle/fresh-tree.cjs", "cli/bundle/sweep.cjs"],
  ];
  // Without the place of a bundle, so that a copy of `.build/` keeps its project.
  const key = hashOf(
    files.sort(),
    stamps.map((name) => JSON.parse(readFileSync(join(BUILD, name), "utf8")).hash).join(),
  );
  const isMade = () => existsSync(STAMP) && readFileSync(STAMP, "utf8") === key && changedSource() === undefined;
  if (isMade()) return;
  const draft = join(BUILD, `draft-shop-project-${process.pid}`);
  mkdirSync(join(draft, ".build"), { recursive: true });
  // Packed files of packages/ are not sources.
  const isSource = (path) => basename(path) !== "dist";
  for (const part of PARTS) cpSync(join(PACKAGE, part), join(draft, part), { recursive: true, filter: isSource });
  for (const name of bundles) cpSync(join(BUILD, name), join(draft, ".build", name));
  cpSync(join(PACKAGE, CONFIG), join(draft, "config"), { recursive: true });
  // On Windows a junction, which needs no privilege.
  symlinkSync(join(PACKAGE, "node_modules"), join(draft, "node_modules"), "junction");
  run(draft, "synth");
  // Keeps V8's compiled code of each bundle, so that every command starts as fast as a user's second one.
  run(draft, "synth", "--check");
  // The first command bundles, and only a later one keeps the compiled code, of the functions that it calls. A local
  // front door has its own, because V8 optimizes it.
  run(draft, "preview", "--help");
  run(draft, "upgrade");
  for (const name of ["schema.json", "bootstrap.schema.json"]) rmSync(join(draft, "config", name));
  if (process.platform !== "win32") run(draft, "local", "dev", "--matrix");
  rmSync(join(draft, ".build", "matrix-dev.json"), { force: true });
  writeFileSync(join(draft, ".build", "shop-project.key"), key);
  putInPlace(draft, isMade);
}

/** Two test runs may make it at the same time: each step is one rename, and the later run keeps what it finds. */
function putInPlace(draft, isMade) {
  const before = join(BUILD, `draft-shop-project-before-${process.pid}`);
  try {
    if (!isMade() && existsSync(SHOP_PROJECT)) renameSync(SHOP_PROJECT, before);
    renameSync(draft, SHOP_PROJECT);
  } catch (error) {
    if (!isMade()) throw error;
  } finally {
    for (const folder of [draft, before]) rmSync(folder, { recursive: true, force: true });
  }
}

function run(cwd, ...args) {
  const { status, stderr } = spawnSync(process.execPath, ["cli/run.cjs", ...args], { cwd, encoding: "utf8" });
  if (status !== 0) throw new Error(`${args.join(" ")} of the tests' own project failed:\n${stderr}`);
}

module.exports = ensureShopProject;
