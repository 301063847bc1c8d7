"use strict";
/**
 * `npm run surface -- <older.tgz> <newer.tgz>`: compares what two packed versions promise, as docs/reference/contract.md
 * lists it. Exits with 1 if the newer one breaks a promise that `breaks.tsv` does not declare, or declares a break that it
 * does not make.
 */
const { mkdtempSync, readFileSync, rmSync } = require("node:fs");
const { tmpdir } = require("node:os");
const { join } = require("node:path");
const { compare, declarations, isNewer } = require("./compare.cjs");

async function main(tarballs, folder) {
  if (tarballs.length !== 2) {
    return refuse(`got ${tarballs.length} tarballs, expected two: npm run surface -- <older.tgz> <newer.tgz>`);
  }
  const { surfaceOf, unpacked } = require("./collect.cjs");
  const packed = [];
  for (const [index, tarball] of tarballs.entries()) {
    try {
      packed.push(unpacked(tarball, join(folder, String(index))));
    } catch (error) {
      const [got] = String(error.stderr ?? error.message).split("\n");
      return refuse(
        `${tarball}: got ${got}\n    expected a tarball of cloud-front-door: npm run pack makes this version's`,
      );
    }
  }
  const [older, newer] = packed;
  const [was, is] = (await Promise.allSettled(packed.map(surfaceOf))).map(({ value, reason }) => {
    if (reason !== undefined) throw reason;
    return value;
  });
  const all = declarations(readFileSync(join(__dirname, "breaks.tsv"), "utf8"));
  const own = all.filter(({ version }) => isNewer(version, older.version) && !isNewer(version, newer.version));
  return report(compare(was, is, own), `${older.version} to ${newer.version}`);
}

function refuse(text) {
  console.error(text);
  return 64;
}

/** Prints a comparison. Returns the exit code. */
function report({ added, breaks, unused }, versions) {
  for (const { kind, id } of added) console.log(`added: ${kind}: ${id}`);
  const declared = breaks.filter(({ remedy }) => remedy !== undefined);
  const undeclared = breaks.filter(({ remedy }) => remedy === undefined);
  for (const { kind, id, remedy } of declared) console.log(`declared break: ${kind}: ${id}\n    users: ${remedy}`);
  for (const { kind, id } of undeclared) {
    const remedy = kind === "required" ? "give it a default" : "keep it";
    console.error(`break: ${kind}: ${id}\n    ${remedy}, or declare it in scripts/surface/breaks.tsv and CHANGELOG.md`);
  }
  for (const { kind, id } of unused) {
    console.error(`declared, and no break: ${kind}: ${id}\n    remove its row from scripts/surface/breaks.tsv`);
  }
  const counts = `${added.length} added, ${declared.length} declared breaks, ${undeclared.length} undeclared`;
  console.log(`${versions}: ${counts}`);
  return undeclared.length + unused.length > 0 ? 1 : 0;
}

async function run(tarballs) {
  const folder = mkdtempSync(join(tmpdir(), "surface-"));
  try {
    return await main(tarballs, folder);
  } catch (error) {
    // A command of one of the versions failed: its own words say why.
    console.error(error.stderr ? `${error.cmd}\n${error.stdout}${error.stderr}` : error);
    return 1;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

module.exports = { report };
if (require.main === module) {
  run(process.argv.slice(2)).then((code) => {
    process.exitCode = code;
  });
}
