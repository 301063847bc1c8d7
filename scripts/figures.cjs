"use strict";
/**
 * `npm run figures`: the size of the program and the structure of its folders, as the tables of docs/contributing.md.
 * Reads the files that git tracks; dependency-cruiser reports the imports.
 */
const { execFileSync } = require("node:child_process");
const { readFileSync } = require("node:fs");
const { dirname, join } = require("node:path");

const ROOT = join(__dirname, "..");
const run = (command, args) =>
  execFileSync(command, args, {
    cwd: ROOT,
    encoding: "utf8",
    maxBuffer: 2 ** 28,
    stdio: ["ignore", "pipe", "inherit"],
  });

/** Things that people add. The files that mention an existing one show which files such a change touches. */
const ADDITIONS = {
  "a gateway setting, a plain one": ["`gateway.tracing`", "\\btracing\\b"],
  "a gateway setting that decides who gets in": ["`gateway.allowedNetworks`", "\\ballowedNetworks\\b"],
  "a passive resource type": ["`aws_cloudwatch_query_definition`", "cloudwatch_?query_?definition"],
  "a policy rule": ["`tags-everywhere`", "tags-?everywhere"],
};
const OTHERS = [
  "synthesized",
  "config/schema.json",
  "config/bootstrap.schema.json",
  "config/expectations.schema.json",
  "packages/terraform-access-review/types/refers-to.json",
  "__tests__/fixtures",
  "CHANGELOG.md",
  "docs/contributing.md",
];
const LEFT_OUT = [...OTHERS, __filename].map((path) => `:(exclude)${path}`);
/** The file with which a command begins, after the command line is parsed. */
const COMMANDS = {
  synth: "cli/synth/synth.ts",
  local: "cli/local/local.ts",
  plan: "cli/plan/plan.ts",
  review: "cli/review/review.ts",
};

const { include } = JSON.parse(readFileSync(join(ROOT, "tsconfig.json"), "utf8"));
const folders = include.filter((name) => !/^(__tests__|bench|e2e|examples|proofs)/.test(name));
const isSource = (path) =>
  /\.[cm]?[jt]s$/.test(path) && folders.some((name) => path === name || path.startsWith(`${name}/`));
const sources = run("git", ["ls-files"])
  .split("\n")
  .filter(isSource)
  .map((path) => ({ path, lines: readFileSync(join(ROOT, path), "utf8").split("\n").length - 1 }));
/** `packages/<name>` counts as a top folder. */
const topOf = (path) => (path.startsWith("packages/") ? path.split("/").slice(0, 2).join("/") : path.split("/")[0]);

function main() {
  const imports = importsOf();
  const users = usersOf(imports);
  const sizes = (files) => [
    files.reduce((sum, { lines }) => sum + lines, 0),
    files.length,
    files.filter(({ path }) => users.get(path)?.size === 1).length,
  ];
  const rows = [...new Set(sources.map(({ path }) => topOf(path)))].sort().map((top) => {
    const files = sources.filter(({ path }) => topOf(path) === top);
    return [`\`${top}\``, ...sizes(files), ...layersOf(roomGraph(top, imports))];
  });
  rows.push(["all", ...sizes(sources), "", "", ""]);
  table(["folder", "lines", "files", "with one importer", "rooms", "floors", "in circles"], rows);
  const loaded = imports.filter(({ isType }) => !isType);
  table(
    ["longest chain of imports", ...Object.keys(COMMANDS).map((name) => `files that \`${name}\` loads`)],
    [[longestChain(imports), ...Object.values(COMMANDS).map((start) => reachable(graphOf(loaded), start).size + 1)]],
  );
  table(["adding", "files that mention", "program", "tests", "docs"], Object.entries(ADDITIONS).map(additionRow));
}

/** Each import between sources, and whether only its types are used, which dependency-cruiser does not tell. */
function importsOf() {
  const args = ["--include-only", `^(${folders.join("|")})`, "--output-type", "json", ...folders];
  const { modules } = JSON.parse(run("node_modules/.bin/depcruise", args));
  return modules.flatMap(({ source, dependencies }) => {
    const text = readFileSync(join(ROOT, source), "utf8");
    return dependencies.map(({ module: name, resolved }) => ({
      from: source,
      to: resolved,
      isType: isType(text, name),
    }));
  });
}

function isType(text, name) {
  const found = [...text.matchAll(/^import ([^;]*?) from "([^"]+)";$/gm)].filter(([, , from]) => from === name);
  const names = (list) => (/\{([^}]*)\}/.exec(list)?.[1] ?? list).split(",").map((each) => each.trim());
  const isTypes = (list) =>
    list.startsWith("type ") || names(list).every((each) => each === "" || each.startsWith("type "));
  return found.length > 0 && found.every(([, list]) => isTypes(list));
}

function usersOf(imports) {
  const users = new Map();
  for (const { from, to } of imports) users.set(to, (users.get(to) ?? new Set()).add(from));
  return users;
}

function graphOf(imports) {
  const graph = new Map(sources.map(({ path }) => [path, new Set()]));
  for (const { from, to } of imports) graph.get(from)?.add(to);
  return graph;
}

/** Number of files in the longest chain, in which each imports the next. No file imports itself, so every chain ends. */
function longestChain(imports) {
  const graph = graphOf(imports);
  const known = new Map();
  const height = (file) => {
    if (!known.has(file)) known.set(file, 1 + Math.max(0, ...[...(graph.get(file) ?? [])].map(height)));
    return known.get(file);
  };
  return Math.max(...[...graph.keys()].map(height));
}

/**
 * A room is a folder that directly contains sources. An arrow leads to each room of the same top folder that it imports.
 */
function roomGraph(top, imports) {
  const rooms = new Map();
  for (const { path } of sources) if (topOf(path) === top) rooms.set(dirname(path), new Set());
  for (const { from, to } of imports) {
    if (rooms.has(dirname(to)) && dirname(from) !== dirname(to)) rooms.get(dirname(from))?.add(dirname(to));
  }
  return rooms;
}

/**
 * Rooms, floors and rooms in circles. Floors are the longest import chain, where rooms that import each other count as
 * one.
 */
function layersOf(rooms) {
  const reach = new Map([...rooms.keys()].map((room) => [room, reachable(rooms, room)]));
  const circleOf = (room) => [...reach.get(room)].filter((other) => reach.get(other).has(room));
  const height = (room) => {
    const circle = new Set([room, ...circleOf(room)]);
    const below = [...circle].flatMap((each) => [...rooms.get(each)]).filter((each) => !circle.has(each));
    return 1 + Math.max(0, ...[...new Set(below)].map(height));
  };
  const names = [...rooms.keys()];
  return [names.length, Math.max(...names.map(height)), names.filter((room) => circleOf(room).length > 0).length];
}

function reachable(rooms, start, seen = new Set()) {
  for (const next of rooms.get(start) ?? []) {
    if (seen.has(next)) continue;
    seen.add(next);
    reachable(rooms, next, seen);
  }
  return seen;
}

/** Files that git tracks, by folder. Left out: generated files, and files that print or quote these figures. */
function additionRow([what, [name, pattern]]) {
  const found = run("git", ["grep", "-liE", pattern, "--", ".", ...LEFT_OUT])
    .trim()
    .split("\n");
  const tests = found.filter((path) => path.startsWith("__tests__/"));
  const program = found.filter((path) => folders.some((folder) => path.startsWith(`${folder}/`)));
  return [what, name, program.length, tests.length, found.filter((path) => path.endsWith(".md")).length];
}

function table(head, rows) {
  for (const row of [head, head.map(() => "---"), ...rows]) console.log(`| ${row.join(" | ")} |`);
  console.log();
}

main();
