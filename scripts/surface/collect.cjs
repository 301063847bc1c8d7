"use strict";
/**
 * The public surface of a packed version, as that version shows it: its help, the schemas that it generates, what it
 * synthesizes of the project in `config/` next to this file, its types, and the tables of its reference that its own tests
 * compare with the program. Packages that the version needs are this repository's.
 */
const { execFile, execFileSync } = require("node:child_process");
const fs = require("node:fs");
const { join } = require("node:path");
const { promisify } = require("node:util");
const { exportsOf } = require("./types.cjs");

const MODULES = join(__dirname, "..", "..", "node_modules");
/** Optional files of config. The program writes the schema of each one that exists. */
const OPTIONAL = ["allowances", "bootstrap", "expectations", "imports"];
const MAIN = 'import { frontDoor } from "cloud-front-door";\n\nexport default frontDoor();\n';
/** The change that the JSON of a review describes. */
const CHANGE = ["GET /parcels: { scopes: [parcels/read] }", "GET /parcels: { scopes: [parcels/write] }"];

/**
 * Unpacks a version where npm would, in a new project.
 *
 * @throws Error if the file is no packed version
 */
function unpacked(tarball, project) {
  const home = join(project, "node_modules", "cloud-front-door");
  fs.mkdirSync(home, { recursive: true });
  for (const name of fs.readdirSync(MODULES)) fs.symlinkSync(join(MODULES, name), join(project, "node_modules", name));
  execFileSync("tar", ["-xzf", tarball, "--strip-components=1", "-C", home], { stdio: "pipe" });
  const { name, version, bin, exports } = JSON.parse(fs.readFileSync(join(home, "package.json"), "utf8"));
  if (name !== "cloud-front-door") throw new Error(`it is the package ${name}`);
  return { project, home, version, bin: join(home, bin["front-door"]), exports };
}

/** @returns `{ <kind>: ids }` */
async function surfaceOf(packed) {
  const surface = { required: [] };
  for (const collector of [types, tables, schemas, commands, stacks, json]) {
    const found = await collector(packed);
    for (const kind of Object.keys(found)) surface[kind] = [...(surface[kind] ?? []), ...found[kind]];
  }
  return surface;
}

/** @throws Error with what the command printed, if it fails */
async function run({ project, bin }, ...args) {
  const { stdout } = await promisify(execFile)(process.execPath, [bin, ...args], { cwd: project, maxBuffer: 2 ** 26 });
  return stdout;
}

function types({ home, exports }) {
  const found = {};
  for (const [path, { types: file }] of Object.entries(exports)) {
    if (file !== undefined) found[`export of cloud-front-door${path.slice(1)}`] = exportsOf(join(home, file));
  }
  return found;
}

/** Tables of the reference: the names in the first column. */
function tables({ home }) {
  const page = (name) => fs.readFileSync(join(home, "docs/reference", `${name}.md`), "utf8");
  const names = (text) => {
    const cells = [...text.matchAll(/^\| (`[^|]+`|[\d, ]+) \|/gm)];
    return cells.flatMap(([, cell]) => cell.match(/[^`, ][^`,]*/g));
  };
  const sections = (text) => text.split(/^## (?=.)/m).map((section) => [section.split("\n")[0], names(section)]);
  const [, codes] = sections(page("commands")).find(([heading]) => heading === "Exit codes");
  return {
    "exit code": codes,
    "policy rule": names(page("policy-rules")),
    "reason of a refusal": names(page("refusal-reasons")),
    "header of a request": names(page("headers")),
    ...Object.fromEntries(sections(page("log-fields")).map(([log, fields]) => [`field of the ${log}`, fields])),
  };
}

async function schemas(packed) {
  const config = join(packed.project, "config");
  fs.mkdirSync(config);
  for (const file of OPTIONAL) fs.writeFileSync(join(config, `${file}.yaml`), "");
  fs.writeFileSync(join(packed.project, "cdktf.json"), '{ "language": "typescript", "app": "true" }');
  await run(packed, "generate");
  const found = { "config key": [], required: [] };
  for (const file of fs.readdirSync(config).filter((name) => name.endsWith("schema.json"))) {
    const prefix = file === "schema.json" ? "" : `${file.replace(".schema.json", ".yaml")}`;
    walk([JSON.parse(fs.readFileSync(join(config, file), "utf8"))], prefix, found);
  }
  fs.rmSync(config, { recursive: true });
  return found;
}

/** Collects what the schemas of one place allow. A place has several if any of them may hold. */
function walk(nodes, path, found) {
  const variants = nodes.flatMap(alternatives);
  for (const { type = "anything", enum: some, const: one } of path === "" ? [] : variants) {
    const values = some ?? (one === undefined ? undefined : [one]);
    const allowed = values === undefined ? [type] : values.map((value) => JSON.stringify(value));
    found["config key"].push(path, ...allowed.map((value) => `${path}: ${value}`));
  }
  const inside = (key) => (path === "" ? key : `${path}.${key}`);
  const maps = variants.filter(({ properties }) => properties !== undefined);
  for (const key of new Set(maps.flatMap(({ properties }) => Object.keys(properties)))) {
    walk(maps.map(({ properties }) => properties[key]).filter(Boolean), inside(key), found);
    if (maps.every(({ required }) => required?.includes(key))) found.required.push(`${path}: object ${key}`);
  }
  const others = variants.map((each) => each.additionalProperties).filter((each) => typeof each === "object");
  if (others.length > 0) walk(others, inside("*"), found);
  const items = variants.flatMap((each) => each.items ?? []);
  if (items.length > 0) walk(items, `${path}[]`, found);
}

function alternatives(node) {
  const some = node.anyOf ?? node.oneOf;
  return some === undefined ? [node] : some.flatMap(alternatives);
}

async function commands(packed, path = []) {
  // Without --all, the program lists the commands of a first month alone. Releases up to 0.1.0 list all.
  const help = await run(packed, ...path, "--help", ...(path.length === 0 ? ["--all"] : []));
  const [, usage] = /^Usage: front-door ?(.*)$/m.exec(help);
  const name = ["front-door", ...path].join(" ");
  const found = { command: [name], required: [] };
  const all = [...usage.matchAll(/([<[])([\w-]+)(\.\.\.)?[>\]]/g)];
  // A caller does not write their names.
  for (const [index, [, bracket, , many]] of all.filter((each) => !/^(options|command)$/.test(each[2])).entries()) {
    const argument = `argument-${index + 1}`;
    found.command.push(`${name} ${argument}`, ...(many ? [`${name} ${argument}: several`] : []));
    if (bracket === "<") found.required.push(`${name} <${argument}>`);
  }
  const section = (heading) => help.split(`\n${heading}:\n`)[1]?.split("\n\n")[0] ?? "";
  for (const [, option, value] of section("Options").matchAll(/^ {2}(?:-\w, )?(--[\w-]+)( <\w+>)?/gm)) {
    found.command.push(`${name} ${option}`, ...(value ? [`${name} ${option}: value`] : []));
  }
  for (const [, command] of section("Commands").matchAll(/^ {2}(\w[\w-]*)/gm)) {
    if (command === "help") continue;
    const inner = await commands(packed, [...path, command]);
    for (const kind of Object.keys(inner)) found[kind].push(...inner[kind]);
  }
  return found;
}

async function stacks(packed) {
  const { project, version } = packed;
  fs.cpSync(join(__dirname, "config"), join(project, "config"), { recursive: true });
  // It wants allowances in this file, which later versions refuse as unused.
  if (version === "0.1.0") fs.rmSync(join(project, "config", "bootstrap.yaml"));
  fs.writeFileSync(join(project, "main.ts"), MAIN);
  await run(packed, "synth");
  const found = { "ledger word": [] };
  for (const name of fs.readdirSync(join(project, "synthesized"))) {
    const folder = join(project, "synthesized", name);
    const { resource, output = {}, moved = [] } = JSON.parse(fs.readFileSync(join(folder, "main.tf.json"), "utf8"));
    const own = Object.entries(resource).flatMap(([type, all]) => Object.keys(all).map((id) => `${type}.${id}`));
    found[`address in ${name}`] = [...own, ...moved.map(({ from }) => from)];
    found[`output in ${name}`] = Object.keys(output);
    const alarms = ["metric", "composite"].map((type) => resource[`aws_cloudwatch_${type}_alarm`] ?? {});
    found[`alarm in ${name}`] = alarms.flatMap(Object.values).map(({ alarm_name: alarm }) => alarm);
    found["ledger word"].push(...ledgerWords(fs.readFileSync(join(folder, "access.md"), "utf8")));
  }
  return found;
}

/** The headings of the columns, and all cells but those of conditions, which may become more precise. */
function ledgerWords(ledger) {
  const [head, ...rows] = [...ledger.matchAll(/^\| (.*) \|$/gm)].map(([, row]) => row.split(" | "));
  return [...head, ...rows.flatMap((cells) => cells.slice(0, -1))];
}

async function json(packed) {
  const git = (command) => execFileSync("git", command.split(" "), { cwd: packed.project, stdio: "pipe" });
  git("init --quiet");
  git("add config synthesized main.ts cdktf.json");
  git("-c user.name=none -c user.email=none@example.com commit --quiet --no-verify --message=before");
  const base = join(packed.project, "config", "base.yaml");
  fs.writeFileSync(base, fs.readFileSync(base, "utf8").replace(...CHANGE));
  await run(packed, "synth");
  const shape = (text) => [JSON.parse(text)].flat().flatMap(shapeOf);
  const list = packed.version === "0.1.0" ? "secrets" : "list";
  return {
    "json of review": shape(await run(packed, "review", "--base", "HEAD", "--format", "json")),
    "json of list": shape(await run(packed, list, "http", "--format", "json")),
  };
}

/** The paths of the fields. A format with a version has them below its version, which changes with them. */
function shapeOf(document) {
  const fields = fieldsOf(document, "");
  if (document.version === undefined) return fields;
  return [`version ${document.version}`, ...fields.map((field) => `version ${document.version}: ${field}`)];
}

function fieldsOf(value, path) {
  if (Array.isArray(value)) return value.flatMap((each) => fieldsOf(each, `${path}[]`));
  if (value?.constructor !== Object) return [path];
  return Object.entries(value).flatMap(([key, each]) => fieldsOf(each, path === "" ? key : `${path}.${key}`));
}

module.exports = { unpacked, surfaceOf, schemas };
