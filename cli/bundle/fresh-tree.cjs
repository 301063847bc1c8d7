"use strict";
/**
 * A note in `.build/` on the last synthesis: from what it was made, and what it wrote. While both are the same, a review
 * reads `synthesized/` and need not synthesize. The note compares contents, never times.
 *
 * Only a note that was written here counts. A branch could commit one for files that no synthesis writes.
 */
const { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } = require("node:fs");
const { join } = require("node:path");
const { BUILD, PROJECT, isSameProgram } = require("./build.cjs");
const { digest, isUnchanged } = require("../process/observed.cjs");
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
function isCurrent({ form, node, folder, ran, inputs }) {
  return (
    form === FORM &&
    node === process.version &&
    folder === process.cwd() &&
    isUnchanged(PROJECT, inputs) &&
    isSameProgram(ran)
  );
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
 * @param ran of `ensureBuilt`
 */
function keepTree({ names, stacks, inputs, expectedChanges, lines }, ran) {
  const path = join(BUILD, NOTE);
  const draft = join(BUILD, `draft-${process.pid}`);
  try {
    const before = earlierNote();
    rmSync(`${path}.place`, { force: true });
    if (inputs === undefined) return;
    const made = Object.entries(stacks).map(([name, { files, ...rest }]) => [
      name,
      { ...rest, files: Object.fromEntries(Object.entries(files).map(([file, content]) => [file, digest(content)])) },
    ]);
    const text = JSON.stringify(lines);
    const note = {
      form: FORM,
      node: process.version,
      folder: process.cwd(),
      ran,
      inputs: merged(before?.inputs, inputs),
      names,
      stacks: { ...before?.stacks, ...Object.fromEntries(made) },
      expectedChanges,
      lines: digest(text),
    };
    mkdirSync(draft, { recursive: true });
    for (const [file, content] of [
      [LINES, text],
      [NOTE, JSON.stringify(note)],
    ]) {
      writeFileSync(join(draft, file), content);
      renameSync(join(draft, file), join(BUILD, file));
    }
    writeFileSync(`${path}.place`, placeOf(path));
  } catch {
    // The folder is read-only or full, so each review synthesizes.
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

/** A note whose stacks would be the same now. */
function earlierNote() {
  try {
    const note = noteHere();
    return note !== undefined && isCurrent(note) ? note : undefined;
  } catch {
    return undefined;
  }
}

function merged(before = {}, now) {
  return Object.fromEntries(Object.entries(now).map(([kind, found]) => [kind, { ...before[kind], ...found }]));
}

module.exports = { freshTree, keepTree };
