"use strict";
/**
 * `npm run pack [-- <package>...] [-- <options of npm pack>]`: makes the tarball of each package. Default:
 * cloud-front-door.
 *
 * npm's own hook, `prepack`, would be left out together with the scripts of installed packages, which `.npmrc` switches
 * off. So each package is packed from a folder of its own. The folders of the sources are private: npm publishes none.
 */
const { execFileSync } = require("node:child_process");
const { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } = require("node:fs");
const { tmpdir } = require("node:os");
const { join, posix } = require("node:path");
const { npmCommand } = require("../cli/process/npm.cjs");

const ROOT = join(__dirname, "..");
/** By name: the package's folder, and the module whose `build` makes its `dist/`. */
const PACKAGES = {
  "cloud-front-door": [ROOT, "../cli/bundle/pack.cjs"],
  "local-front-door": [join(__dirname, "local-front-door"), "./local-front-door/build.cjs"],
  "terraform-access-review": [join(__dirname, "terraform-access-review"), "./terraform-access-review/build.cjs"],
};

const args = process.argv.slice(2);
const options = args.filter((each) => each.startsWith("-"));
const named = args.filter((each) => !each.startsWith("-"));
const unknown = named.find((name) => !Object.hasOwn(PACKAGES, name));
if (unknown === undefined) {
  try {
    for (const name of named.length > 0 ? named : ["cloud-front-door"]) pack(name);
  } catch (error) {
    const isMissing = error.code === "MODULE_NOT_FOUND";
    if (isMissing) console.error("The packages of this program are not installed. Run: npm ci");
    // A program that failed has printed why.
    else if (error.status === undefined) throw error;
    process.exitCode = isMissing ? 64 : 1;
  }
} else {
  console.error(`got the package ${JSON.stringify(unknown)}, expected ${Object.keys(PACKAGES).join(" or ")}`);
  process.exitCode = 64;
}

function pack(name) {
  const [source, builder] = PACKAGES[name];
  const folder = mkdtempSync(join(tmpdir(), `${name}-`));
  try {
    const files = filesOf(source);
    for (const path of files) cpSync(join(source, path), join(folder, path));
    for (const path of files.filter((each) => each.endsWith(".md"))) linkWithin(folder, path, files);
    require(builder).build(join(folder, "dist"));
    writeFileSync(join(folder, "package.json"), `${JSON.stringify(publicManifest(source), undefined, 2)}\n`);
    npm(["pack", folder, ...options], { cwd: ROOT, stdio: "inherit" });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Leaves the text of each link to a file that only the repository has, such as a decision or a page for contributors. */
function linkWithin(folder, path, files) {
  const text = readFileSync(join(folder, path), "utf8");
  const linked = text.replace(/(?<!!)\[([^\]]+)\]\((?!\w+:|#)([^)#\s]+)(?:#[^)]*)?\)/g, (link, words, target) =>
    files.includes(posix.join(posix.dirname(path), target)) ? link : words,
  );
  writeFileSync(join(folder, path), linked);
}

/** What npm would pack: the files that the manifest lists, relative to the package's folder. */
function filesOf(source) {
  const stdio = ["ignore", "pipe", "inherit"];
  const [{ files }] = JSON.parse(npm(["pack", "--dry-run", "--json"], { cwd: source, stdio }));
  return files.map(({ path }) => path);
}

function npm(args, options) {
  const [program, ...before] = npmCommand();
  return execFileSync(program, [...before, ...args], options);
}

/** Names the repository in a workflow of GitHub: npm compares it with the provenance of the tarball. */
function publicManifest(source) {
  const manifest = JSON.parse(readFileSync(join(source, "package.json"), "utf8"));
  for (const key of ["private", "scripts", "workspaces"]) delete manifest[key];
  const { GITHUB_REPOSITORY: name, GITHUB_SERVER_URL: server = "https://github.com" } = process.env;
  const repository = name && { type: "git", url: `git+${server}/${name}.git` };
  return { ...manifest, ...(repository && { repository }), files: [...manifest.files, "dist"] };
}
