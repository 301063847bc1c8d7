"use strict";
/**
 * Finds words that read translated in everything that people read: docs, messages, comments and names. `words.tsv`
 * lists the words and their replacements. Exit code 1 if there is one. To keep a word, add `words: ` and the reason in
 * a comment on the line.
 */
const { execFileSync } = require("node:child_process");
const { readFileSync } = require("node:fs");
const { join } = require("node:path");

const ROOT = join(__dirname, "..", "..");
/** Only comments and names of a test are checked. Values such as "somebody" are data. */
const READ_IN_TESTS = /^\s*(\/\/|\/?\*)|\b(test|describe)(\.each)?\(/;
/** Generated files, recorded ones, and the list itself. */
const SKIPPED =
  /^(synthesized|__tests__\/fixtures\/(plans|foreign))\/|package-lock\.json$|\.(png|tsv)$|^scripts\/words\//;

const words = readFileSync(join(__dirname, "words.tsv"), "utf8")
  .split("\n")
  .filter((line) => line !== "" && !line.startsWith("#"))
  .map((line) => {
    const [pattern, instead] = line.split("\t");
    return { pattern: new RegExp(pattern, "i"), instead };
  });

const files = execFileSync("git", ["ls-files", "-z"], { cwd: ROOT, encoding: "utf8" })
  .split("\0")
  .filter((file) => file !== "" && !SKIPPED.test(file));
const found = files.flatMap((file) =>
  readFileSync(join(ROOT, file), "utf8")
    .split("\n")
    .flatMap((line, index, lines) => {
      if (file.startsWith("__tests__/") && !READ_IN_TESTS.test(line)) return [];
      if (/\bwords: /.test(line) || /\bwords: /.test(lines[index - 1] ?? "")) return [];
      // A code span of a page is a name.
      const text = file.endsWith(".md") ? line.replace(/`[^`]*`/g, "") : line;
      return words.flatMap(({ pattern, instead }) => {
        const [word] = pattern.exec(text) ?? [];
        return word === undefined ? [] : [`${file}:${index + 1}  got "${word.trim()}", expected ${instead}`];
      });
    }),
);
for (const line of found) console.error(line);
if (found.length > 0) console.error(`${found.length} words to replace; scripts/words/words.tsv lists them all`);
process.exitCode = found.length > 0 ? 1 : 0;
