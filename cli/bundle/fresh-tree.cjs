"use strict";
/**
 * A note in `.build/` on the last synthesis: from what it was made, and what it wrote. While both are the same, a review
 * reads `synthesized/` and need not synthesize. The note compares contents, never times.
 *
 * Only a note that was written here counts. A branch could commit one for files that no synthesis writes.
 */
const { createHash } = require("node:crypto");
const { lstatSync, readdirSync, readFileSync, rmSync, writeFileSync } = require("node:fs");
const { join } = require("node:path");
const { BUILD, PROJECT, isSameProgram, put } = require("./build.cjs");
const { placeOf } = require("../process/places.cjs");

const NOTE = "tree.json";
const LINES = "tree-lines.json";
/** Another release may write another note, or compare more. */
const FORM = digest(readFileSync(__filename));

/**
 * The stacks in `synthesized/`, if they are what a synthesis would write now; otherwise undefined.
 *
 * @returns what `keepTree` was given, read again
 */
function freshTree() {
  try {
    const note = noteHere();
    if (note === undefined || !isCurrent(note)) return undefined;
    const stacks = note.names.map((name) => [name, stackOf(name, note.stacks[name])]);
    if (stacks.some(([, stack]) => stack === undefined)) return undefined;
    const lines = readFileSync(join(BUILD, LINES));
    if (digest(lines) !== note.lines) return undefined;
    const { names, expectedChanges } = note;
    const tree = { names, stacks: Object.fromEntries(stacks), expectedChanges };
    return { ...tree, lines: () => JSON.parse(lines.toString("utf8")) };
  } catch {
    // A file is missing, or another command writes a note. A synthesis reports what is wrong with the project.
    return undefined;
  }
}

/** The note, if it was written on this machine and at this path. */
function noteHere() {
  if (PROJECT === undefined) return undefined;
  const path = join(BUILD, NOTE);
  return readFileSync(`${path}.place`, "utf8") === placeOf(path) ? JSON.parse(readFileSync(path, "utf8")) : undefined;
}

/** Whether a synthesis would do the same now. */
function isCurrent({ inputs, ran }) {
  return inputs !== undefined && inputs === inputsNow() && isSameProgram(ran);
}

/** Everything that the program synthesizes from, in addition to its own code and `main.ts`. */
const INPUTS = ["config", "cdktf.json", "providers.lock.hcl"];
/** Environment variables that cdktf reads. */
const VARIABLES = /^(CDKTF|SYNTH_HCL|TERRAFORM)_/;

/** A digest of the inputs of a synthesis; undefined if one cannot be compared. A variable may hold a secret. */
function inputsNow() {
  try {
    const files = INPUTS.flatMap((path) => contentsOf(join(PROJECT, path)));
    const variables = Object.entries(process.env).filter(([name]) => VARIABLES.test(name));
    return digest(JSON.stringify([FORM, process.version, process.cwd(), files, variables.sort()]));
  } catch {
    // There is no project, or a file is unreadable. The command reports it.
    return undefined;
  }
}

/** Each file below a path with a digest of its content. Throws for a link or a device, whose content is elsewhere. */
function contentsOf(path) {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found?.isDirectory()) return [path, ...readdirSync(path).flatMap((name) => contentsOf(join(path, name)))];
  if (found !== undefined && !found.isFile()) throw new Error(path);
  return [[path, found && digest(readFileSync(path))]];
}

/** The packages that read nothing when `main.ts` declares resources with them. */
const DECLARING = /\brequire\("(?:cdktf|constructs|cloud-front-door|@cdktf\/provider-[^"]+)"\)/g;
/** Names through which code reads anything else: other modules, files of cdktf's assets, globals of Node, locales. */
const READING = new RegExp(
  `\\b(?:${[
    ...["require", "import(?=\\s*\\()", "eval", "Function", "global", "globalThis", "process", "arguments"],
    ...["App", "Manifest", "Testing", "\\w*Asset", "TerraformModule\\w*", "TerraformHclModule"],
    ...[
      "Date",
      "Temporal",
      "Math(?!\\.(?!random\\b)\\w)",
      "(?<=\\.)constructor",
      "crypto",
      "performance",
      "navigator",
      "fetch",
      "\\w+Storage",
    ],
    ...["__dirname", "__filename", "Intl", "localeCompare", "toLocale\\w*"],
  ].join("|")})\\b`,
);

/**
 * Whether the code of `main.ts` and its imports may read more than what the program passes to it, such as a file, a
 * variable or the clock. Then a review runs it. A text that only contains such a name counts too.
 *
 * @param bundle the text that esbuild made of it, without comments
 */
function mayReadMore(bundle) {
  const [, ...code] = bundle.replace(/^\/\/.*$/gm, "").split("\n");
  return READING.test(code.join("\n").replaceAll(DECLARING, ""));
}

function digest(content) {
  return createHash("sha256").update(content).digest("base64url");
}

/** A stack with the texts of its files; undefined if it was not made, or if one has another content. */
function stackOf(name, stack) {
  if (stack === undefined) return undefined;
  const read = Object.keys(stack.files).map((file) => [file, readFileSync(join(PROJECT, "synthesized", name, file))]);
  if (read.some(([file, content]) => digest(content) !== stack.files[file])) return undefined;
  return { ...stack, files: Object.fromEntries(read.map(([file, content]) => [file, content.toString("utf8")])) };
}

/**
 * Notes which stacks of `synthesized/` were just made. Stacks of an earlier note stay, if the same inputs would make them.
 *
 * @param tree described in `cli/synthesis/tree.ts`
 * @param inputs of `inputsNow`, before the synthesis
 * @param ran of `ensureBuilt`
 */
function keepTree({ names, stacks, readsRows, expectedChanges, lines }, inputs, ran) {
  const path = join(BUILD, NOTE);
  try {
    const before = earlierNote(inputs, ran);
    rmSync(`${path}.place`, { force: true });
    // Inputs that changed meanwhile may be older than the stacks.
    if (readsRows || inputs === undefined || inputs !== inputsNow()) return;
    if (ran.some(({ text }) => text !== undefined && mayReadMore(text()))) return;
    const made = Object.entries(stacks).map(([name, { files, ...rest }]) => [
      name,
      { ...rest, files: Object.fromEntries(Object.entries(files).map(([file, content]) => [file, digest(content)])) },
    ]);
    const text = JSON.stringify(lines);
    const note = {
      ran,
      inputs,
      names,
      stacks: { ...before?.stacks, ...Object.fromEntries(made) },
      expectedChanges,
      lines: digest(text),
    };
    put(LINES, text);
    put(NOTE, JSON.stringify(note));
    writeFileSync(`${path}.place`, placeOf(path));
  } catch {
    // The folder is read-only or full, so each review synthesizes.
  }
}

/** An earlier note on the same inputs and the same program, whose stacks would be the same now. */
function earlierNote(inputs, ran) {
  try {
    const note = noteHere();
    if (note?.inputs !== inputs) return undefined;
    // A review has another bundle of the same sources.
    const isSame = JSON.stringify(note.ran) === JSON.stringify(ran) || isSameProgram(note.ran);
    return isSame ? note : undefined;
  } catch {
    return undefined;
  }
}

module.exports = { freshTree, inputsNow, keepTree, mayReadMore };
