"use strict";
/**
 * `npm run figures [-- <commit>]`: the size of the repository, and what an addition touches, next to those of an earlier
 * commit. Default: the last commit that is a day older than the newest. Reads the files that git tracks;
 * dependency-cruiser reports the imports.
 */
const { execFileSync } = require("node:child_process");
const { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } = require("node:fs");
const { tmpdir } = require("node:os");
const { join } = require("node:path");

const ROOT = join(__dirname, "..");
const DAY_SECONDS = 86_400;

/** The folders of the program. */
const PROGRAM = ["main.ts", "cli", "contract", "functions", "intent", "packages", "stacks"];
/** Files of these lists are read alone: each is one rule, or one command. */
const LISTS = ["intent/rules/judge.ts", "stacks/policy/policies.ts", "cli/program.ts", "cli/pipeline/commands.ts"];
/** Things that people add. The files that mention an existing one show which files such a change touches. */
const ADDITIONS = {
  "a plain setting (gateway.tracing)": "\\btracing\\b",
  "a setting that decides access (gateway.allowedNetworks)": "\\ballowedNetworks\\b",
  "a resource type (aws_cloudwatch_query_definition)": "cloudwatch_?query_?definition",
  "a policy rule (tags-everywhere)": "tags-?everywhere",
};
/** Generated files, and those that quote others. */
const LEFT_OUT = [
  "synthesized",
  "config/*.schema.json",
  "config/schema.json",
  "packages/terraform-access-review/types/*.json",
  "__tests__/fixtures",
  "CHANGELOG.md",
  "docs/contributing.md",
  "scripts/figures.cjs",
].map((path) => `:(exclude)${path}`);
/** The file with which a command begins, after the command line is parsed. */
const COMMANDS = { synth: "cli/synth/synth.ts", review: "cli/review/review.ts", local: "cli/local/local.ts" };

function main([commit = aDayBefore()]) {
  const now = figuresOf(ROOT, "HEAD");
  const then = commit === undefined ? undefined : withTree(commit, (root) => figuresOf(root, commit));
  const row = (cells) => console.log(`| ${cells.join(" | ")} |`);
  row(["", ...(then ? [commit.slice(0, 8)] : []), "now"]);
  row(["---", ...(then ? ["---:"] : []), "---:"]);
  for (const [name, value] of now) row([name, ...(then ? [then.get(name) ?? ""] : []), value]);
}

/** The last commit that is a day older than the newest; undefined in a clone without it. */
function aDayBefore() {
  const before = Number(git("log", "-1", "--format=%ct")) - DAY_SECONDS;
  return git("log", "-1", "--format=%H", `--before=${before}`).trim() || undefined;
}

function git(...args) {
  return execFileSync("git", args, { cwd: ROOT, encoding: "utf8", maxBuffer: 2 ** 28 });
}

/** Lays out a commit in a folder of its own, with this repository's packages. */
function withTree(commit, read) {
  const folder = mkdtempSync(join(tmpdir(), "front-door-figures-"));
  try {
    const archive = execFileSync("git", ["archive", commit], { cwd: ROOT, maxBuffer: 2 ** 30 });
    execFileSync("tar", ["-x", "-C", folder], { input: archive });
    symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
    return read(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Each figure by its name, of a commit that is laid out in a folder. */
function figuresOf(root, commit) {
  const tracked = commit === "HEAD" ? git("ls-files") : git("ls-tree", "-r", "--name-only", commit);
  const files = tracked.split("\n").filter((path) => path !== "" && existsSync(join(root, path)));
  const text = (path) => readFileSync(join(root, path), "utf8");
  const below = (...folders) =>
    files.filter((path) => folders.some((folder) => path === folder || path.startsWith(`${folder}/`)));
  const isCode = (path) => /\.[cm]?[jt]s$/.test(path);
  const lines = (paths) => paths.filter(isCode).reduce((sum, path) => sum + text(path).split("\n").length - 1, 0);
  const program = below(...PROGRAM).filter(isCode);
  const imports = importsOf(root, text);
  const loads = (start) => (existsSync(join(root, start)) ? reachable(imports, start).size : "-");
  const pages = below("docs").filter((path) => path.endsWith(".md"));
  return new Map([
    ["lines of the program", lines(program)],
    ...["cli", "contract", "functions", "intent", "stacks"].map((folder) => [`- ${folder}`, lines(below(folder))]),
    ...["local-front-door", "terraform-access-review"].map((name) => [`- ${name}`, lines(below(`packages/${name}`))]),
    ["files of the program", program.length],
    ["- with one importer, rules and commands apart", oneImporter(imports).length],
    ["longest chain of imports", longestChain(imports)],
    ...Object.entries(COMMANDS).map(([name, start]) => [`- files that ${name} loads`, loads(start)]),
    ["lines of tests", lines(below("__tests__"))],
    ["lines of proofs and e2e", lines(below("proofs", "e2e"))],
    ["pages of docs", pages.length],
    ["words of docs", pages.reduce((sum, path) => sum + text(path).split(/\s+/).filter(Boolean).length, 0)],
    ...Object.entries(ADDITIONS).map(([what, pattern]) => [`files that name ${what}`, namers(pattern, commit)]),
  ]);
}

/** Each import between two files of the program, and whether only its types are used, which dependency-cruiser does not tell. */
function importsOf(root, text) {
  const folders = PROGRAM.filter((path) => existsSync(join(root, path)));
  const args = ["--no-config", "--include-only", `^(${PROGRAM.join("|")})`, "--ts-pre-compilation-deps"];
  const found = execFileSync("node_modules/.bin/depcruise", [...args, "--output-type", "json", ...folders], {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  return JSON.parse(found).modules.flatMap(({ source, dependencies }) =>
    dependencies.map(({ module: name, resolved }) => ({
      from: source,
      to: resolved,
      isType: isType(text(source), name),
    })),
  );
}

function isType(text, name) {
  const found = [...text.matchAll(/^import ([^;]*?) from "([^"]+)";$/gm)].filter(([, , from]) => from === name);
  const names = (list) => (/\{([^}]*)\}/.exec(list)?.[1] ?? list).split(",").map((each) => each.trim());
  const isTypes = (list) =>
    list.startsWith("type ") || names(list).every((each) => each === "" || each.startsWith("type "));
  return found.length > 0 && found.every(([, list]) => isTypes(list));
}

function oneImporter(imports) {
  const users = new Map();
  for (const { from, to } of imports) users.set(to, (users.get(to) ?? new Set()).add(from));
  return [...users].filter(([, each]) => each.size === 1 && !LISTS.includes([...each][0]));
}

/** Number of files in the longest chain, in which each imports the next. No file imports itself, so every chain ends. */
function longestChain(imports) {
  const imported = importedBy(imports);
  const known = new Map();
  const height = (file) => {
    if (!known.has(file)) known.set(file, 1 + Math.max(0, ...(imported.get(file) ?? []).map(height)));
    return known.get(file);
  };
  return Math.max(...[...imported.keys()].map(height));
}

/** A file with all that it loads: imports of types alone load nothing. */
function reachable(imports, start) {
  const imported = importedBy(imports.filter(({ isType }) => !isType));
  const seen = new Set([start]);
  for (const file of seen) for (const each of imported.get(file) ?? []) seen.add(each);
  return seen;
}

function importedBy(imports) {
  const imported = new Map();
  for (const { from, to } of imports) imported.set(from, [...(imported.get(from) ?? []), to]);
  return imported;
}

/** Files that mention something: those of the program, of tests and of docs. */
function namers(pattern, commit) {
  const found = git("grep", "-liE", pattern, commit, "--", ".", ...LEFT_OUT)
    .split("\n")
    .map((line) => line.slice(commit.length + 1));
  const count = (isCounted) => found.filter(isCounted).length;
  const isOf = (folders) => (path) => folders.some((folder) => path.startsWith(`${folder}/`));
  const isPage = (path) => path.startsWith("docs/") && path.endsWith(".md");
  return [isOf(PROGRAM), isOf(["__tests__"]), isPage].map(count).join(" + ");
}

main(process.argv.slice(2));
