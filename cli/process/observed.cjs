"use strict";
/**
 * Observes from what a synthesis is made: the files and environment variables that it reads, also in the project's own
 * code. As long as these are the same, it need not run again.
 */
const childProcess = require("node:child_process");
const { createHash } = require("node:crypto");
const fs = require("node:fs");
const { join, relative, resolve } = require("node:path");
const { fileURLToPath } = require("node:url");

/** Reads of a file, and questions about one. Each has its path first. */
const READS = [
  "accessSync",
  "copyFileSync",
  "existsSync",
  "lstatSync",
  "openSync",
  "readFileSync",
  "readlinkSync",
  "realpathSync",
  "statSync",
];
/** Calls that read nothing, or only from a file that is already open. */
const OTHERS = [
  "appendFileSync",
  "chmodSync",
  "closeSync",
  "fstatSync",
  "mkdirSync",
  "mkdtempSync",
  "readSync",
  "renameSync",
  "rmSync",
  "rmdirSync",
  "unlinkSync",
  "writeFileSync",
  "writeSync",
];

/** By absolute path: what the file or the list of the folder was before the first read. */
const files = new Map();
const folders = new Map();
const variables = new Map();
/** The first thing that cannot be compared later, such as the clock. */
let unknown;
let depth = 0;
let restore = () => {};

/** Runs synchronous work, and notes from what it is made. */
function observe(work) {
  depth += 1;
  if (depth === 1) restore = patched();
  try {
    return work();
  } finally {
    depth -= 1;
    if (depth === 0) restore();
  }
}

/** Runs a part of observed work whose inputs are known otherwise. */
function unobserved(work) {
  if (depth === 0) return work();
  restore();
  try {
    return work();
  } finally {
    restore = patched();
  }
}

/**
 * Everything that was observed in this process; undefined if it cannot be compared later. Paths are relative to the root.
 *
 * @param root folder of the project
 * @param own folder of this program, whose files follow from the others
 */
function observed(root, own) {
  if (unknown !== undefined) return undefined;
  const isOwn = (path) => path === own || path.startsWith(join(own, "/"));
  const named = (found) =>
    Object.fromEntries(
      [...found].filter(([path]) => !isOwn(path)).map(([path, print]) => [relative(root, path), print]),
    );
  return { files: named(files), folders: named(folders), variables: Object.fromEntries(variables) };
}

/** Whether everything is as it was observed. */
function isUnchanged(root, { files: read, folders: listed, variables: asked }) {
  return (
    Object.entries(read).every(([path, print]) => print === fileNow(resolve(root, path))) &&
    Object.entries(listed).every(([path, print]) => print === folderNow(resolve(root, path))) &&
    Object.entries(asked).every(([name, print]) => print === variableNow(name))
  );
}

/** @returns what undoes it */
function patched() {
  const changed = [];
  const replace = (holder, name, value) => {
    const original = holder[name];
    holder[name] = value;
    changed.push(() => {
      holder[name] = original;
    });
  };
  const before = (holder, name, note) => {
    const original = holder[name];
    const noting = function (...parameters) {
      note(...parameters);
      return original.apply(this, parameters);
    };
    replace(holder, name, Object.assign(noting, original));
  };
  for (const name of functionsOf(fs)) {
    if (name === "readdirSync") before(fs, name, noteFolder);
    else if (READS.includes(name)) before(fs, name, noteFile);
    else if (!OTHERS.includes(name)) before(fs, name, () => noteUnknown(name));
  }
  const { native } = fs.realpathSync;
  fs.realpathSync.native = (path, ...rest) => {
    noteFile(path);
    return native(path, ...rest);
  };
  for (const name of functionsOf(childProcess)) before(childProcess, name, () => noteUnknown(name));
  before(Math, "random", () => noteUnknown("random"));
  replace(process, "env", new Proxy(process.env, { get: variable, has, ownKeys }));
  replace(globalThis, "Date", new Proxy(Date, { apply: noteClock(Reflect.apply), construct, get: now }));
  return () => {
    for (const undo of changed.reverse()) undo();
  };
}

/** Names of a module's functions, apart from its classes. */
function functionsOf(module) {
  return Object.keys(module).filter((name) => /^[a-z]/.test(name) && typeof module[name] === "function");
}

function noteUnknown(what) {
  unknown ??= what;
}

function noteFile(file) {
  const path = pathOf(file);
  if (path !== undefined && !files.has(path))
    files.set(
      path,
      unnoted(() => fileNow(path)),
    );
}

function noteFolder(folder, options) {
  if (options?.recursive) return noteUnknown("recursive");
  const path = pathOf(folder);
  if (path !== undefined && !folders.has(path))
    folders.set(
      path,
      unnoted(() => folderNow(path)),
    );
}

let isNoting = false;

/** Fingerprints are taken by the same calls, and Node calls some of them in others. */
function unnoted(work) {
  isNoting = true;
  try {
    return work();
  } finally {
    isNoting = false;
  }
}

/** Undefined for a file that is already open, and for a call of this module. */
function pathOf(file) {
  if (isNoting || typeof file === "number") return undefined;
  return resolve(file instanceof URL ? fileURLToPath(file) : String(file));
}

function variable(target, name) {
  if (typeof name === "string" && !variables.has(name)) variables.set(name, variableNow(name, target));
  return target[name];
}

function has(target, name) {
  variable(target, name);
  return name in target;
}

function ownKeys(target) {
  noteUnknown("every environment variable");
  return Reflect.ownKeys(target);
}

function noteClock(call) {
  return (...parameters) => {
    noteUnknown("the clock");
    return call(...parameters);
  };
}

function construct(target, values, newTarget) {
  if (values.length === 0) noteUnknown("the clock");
  return Reflect.construct(target, values, newTarget);
}

function now(target, name) {
  return name === "now" ? noteClock(Reflect.apply).bind(undefined, target.now, target, []) : target[name];
}

/** The content of a file, or what else is there. The target of links counts, because a path may lead through one. */
function fileNow(path) {
  try {
    const found = fs.statSync(path);
    const content = found.isDirectory() ? "folder" : found.isFile() ? digest(fs.readFileSync(path)) : "no file";
    const real = fs.realpathSync(path);
    return real === path ? content : `${content} at ${relative(path, real)}`;
  } catch (error) {
    return error.code;
  }
}

function folderNow(path) {
  try {
    const entries = fs.readdirSync(path, { withFileTypes: true });
    return digest(JSON.stringify(entries.map((entry) => [entry.name, entry.isDirectory()]).sort()));
  } catch (error) {
    return error.code;
  }
}

/** A digest, because a variable may hold a secret. */
function variableNow(name, variables = process.env) {
  const value = variables[name];
  return value === undefined ? "" : digest(value);
}

function digest(content) {
  return createHash("sha256").update(content).digest("base64url");
}

module.exports = { digest, isUnchanged, observe, observed, unobserved };
