"use strict";
/**
 * `node scripts/release/publish.cjs <folder> [options of npm publish]`: publishes the tarballs that `npm run release` made.
 * After a failure it can run again: it leaves out what is published with the same content.
 */
const { execFileSync, spawnSync } = require("node:child_process");
const { createHash } = require("node:crypto");
const { readFileSync } = require("node:fs");
const { join, resolve } = require("node:path");
const { PACKAGES, sha256 } = require("./make.cjs");

/** The first release of npm that gets its credential by OIDC. An older one publishes nothing, and reports no error. */
const FIRST_NPM = [11, 5, 1];

/** Whether this release of npm can publish: `11.6.2`. */
function canPublish(version) {
  const numbers = version.split("-", 1)[0].split(".").map(Number);
  const index = FIRST_NPM.findIndex((least, at) => numbers[at] !== least);
  return index === -1 || numbers[index] > FIRST_NPM[index];
}

/** The tarballs, by the name of their package. @throws if one is missing or differs from its sum */
function tarballsIn(folder) {
  const sums = readFileSync(join(folder, "SHA256SUMS"), "utf8").trim().split("\n");
  return PACKAGES.map((name) => {
    const line = sums.find((each) => each.endsWith(".tgz") && each.includes(`  ${name}-`));
    if (line === undefined) throw new Error(`${folder}/SHA256SUMS: got no tarball of ${name}, expected one`);
    const [sum, file] = line.split("  ");
    const content = readFileSync(join(folder, file));
    if (sha256(content) !== sum) throw new Error(`${join(folder, file)}: got other content than SHA256SUMS names`);
    const integrity = `sha512-${createHash("sha512").update(content).digest("base64")}`;
    return { name, version: file.slice(name.length + 1, -".tgz".length), path: join(folder, file), integrity };
  });
}

/** The integrity of a published version; undefined if the registry has none. */
function published(name, version, options) {
  const args = ["view", `${name}@${version}`, "dist.integrity", "--json", ...options];
  const { status, stdout } = spawnSync("npm", args, { encoding: "utf8" });
  if (status === 0) return stdout.trim() === "" ? undefined : JSON.parse(stdout);
  const { error } = JSON.parse(stdout);
  if (error.code === "E404") return undefined;
  throw new Error(`the registry does not answer for ${name}: ${error.summary ?? error.code}`);
}

function main([folder, ...options]) {
  try {
    const npm = execFileSync("npm", ["--version"], { encoding: "utf8" }).trim();
    if (!canPublish(npm)) throw new Error(`got npm ${npm}, expected ${FIRST_NPM.join(".")} or newer`);
    if (folder === undefined) throw new Error("got no folder, expected the one that npm run release has made");
    const registry = options.filter((option) => option.startsWith("--registry="));
    const tarballs = tarballsIn(resolve(folder)).map((each) => {
      return { ...each, found: published(each.name, each.version, registry) };
    });
    const other = tarballs.find(({ found, integrity }) => found !== undefined && found !== integrity);
    if (other !== undefined) {
      throw new Error(`${other.name} ${other.version} is published with other content: release another version`);
    }
    for (const { name, version, path, found } of tarballs) {
      if (found === undefined) execFileSync("npm", ["publish", path, ...options], { stdio: "inherit" });
      console.log(`${name} ${version}: ${found === undefined ? "published" : "was published before"}`);
    }
    return 0;
  } catch (error) {
    console.error(error.message);
    return 64;
  }
}

module.exports = { canPublish, tarballsIn };
if (require.main === module) process.exitCode = main(process.argv.slice(2));
