"use strict";
/**
 * `npm run release -- <folder> [--tag <tag>]`: makes the files of a release: the tarball of each package, a software bill
 * of materials for each, SHA-256 sums of both, and the release notes. It uploads nothing.
 */
const { execFileSync } = require("node:child_process");
const { createHash } = require("node:crypto");
const { mkdirSync, readdirSync, readFileSync, writeFileSync } = require("node:fs");
const { join, resolve } = require("node:path");
const { parseArgs } = require("node:util");

const ROOT = join(__dirname, "..", "..");
const PACKAGES = ["cloud-front-door", "terraform-access-review", "local-front-door"];

/**
 * The section of one version in the changelog, without its heading.
 *
 * @param version heading of the section: `0.2.0`, or `Unreleased`
 * @returns undefined if there is none
 */
function notesOf(changelog, version) {
  const [, ...sections] = changelog.split(/^## \[/m);
  const section = sections.find((text) => text.startsWith(`${version}]`));
  return section === undefined ? undefined : `${section.slice(section.indexOf("\n")).trim()}\n`;
}

/** Why these packages cannot be released under a tag; undefined if they can. Without a tag, it is a dry run. */
function faultOf(versions, tag, changelog) {
  const [version, ...others] = new Set(versions);
  if (others.length > 0) return `got the versions ${[version, ...others].join(" and ")}, expected one for all packages`;
  if (tag === undefined) return undefined;
  if (tag !== `v${version}`) return `got the tag ${tag}, expected v${version}: the version in package.json`;
  return notesOf(changelog, version) === undefined
    ? `CHANGELOG.md: got no section [${version}], expected one: it becomes the release notes`
    : undefined;
}

/** Names and versions of the packages in a bundle, from the file of their licences: `zod@4.6.7`. */
function bundledIn(licences) {
  return [...licences.matchAll(/^(\S+) (\d+\.\d+\.\d+\S*) \(.+\)$/gm)].map(([, name, version]) => `${name}@${version}`);
}

/**
 * The bill of materials of one package, in CycloneDX's format: what its tarball contains, and what npm installs with it.
 * Without the serial number and the time, so that one commit gives the same file again.
 *
 * @param all npm's bill of the whole repository
 * @param own manifest of the package
 * @param bundled its bundled packages, as `name@version`
 */
function billOf(all, { name, version, license, dependencies = {} }, bundled) {
  const { $schema, bomFormat, specVersion, metadata, components } = all;
  const edges = new Map(all.dependencies.map(({ ref, dependsOn }) => [ref, dependsOn ?? []]));
  const kept = new Set(bundled);
  const waiting = Object.entries(dependencies).map(([each, wanted]) => `${each}@${wanted}`);
  for (let ref = waiting.pop(); ref !== undefined; ref = waiting.pop()) {
    if (kept.has(ref)) continue;
    kept.add(ref);
    waiting.push(...(edges.get(ref) ?? []));
  }
  const own = {
    "bom-ref": `${name}@${version}`,
    type: "application",
    name,
    version,
    purl: `pkg:npm/${name}@${version}`,
  };
  const listed = components.filter((each) => kept.has(each["bom-ref"]));
  const missing = [...kept].filter((ref) => !listed.some((each) => each["bom-ref"] === ref));
  if (missing.length > 0) throw new Error(`npm's bill of materials lacks ${missing.join(", ")}`);
  return {
    ...{ $schema, bomFormat, specVersion, version: 1 },
    metadata: { tools: metadata.tools, component: { ...own, licenses: [{ license: { id: license } }] } },
    components: listed.map(({ properties: _, ...component }) => component),
    dependencies: [{ ref: own["bom-ref"], dependsOn: [...kept].sort() }],
  };
}

function make(folder, tag) {
  const manifests = PACKAGES.map((name) => manifestOf(name));
  const changelog = readFileSync(join(ROOT, "CHANGELOG.md"), "utf8");
  const fault = faultOf(
    manifests.map(({ version }) => version),
    tag,
    changelog,
  );
  if (fault !== undefined) throw new Error(fault);
  mkdirSync(folder, { recursive: true });
  if (readdirSync(folder).length > 0) throw new Error(`${folder}: got a folder with files, expected an empty one`);
  const run = (command, ...args) =>
    execFileSync(command, args, {
      cwd: ROOT,
      encoding: "utf8",
      maxBuffer: 2 ** 26,
      stdio: ["ignore", "pipe", "inherit"],
    });
  run(process.execPath, "packages/pack.cjs", ...PACKAGES, "--silent", `--pack-destination=${folder}`);
  const all = JSON.parse(run("npm", "sbom", "--package-lock-only", "--sbom-format=cyclonedx"));
  for (const own of manifests) {
    const file = `${own.name}-${own.version}`;
    const licences = run("tar", "-xzOf", join(folder, `${file}.tgz`), "package/dist/LICENSES.txt");
    const bill = billOf(all, own, bundledIn(licences));
    writeFileSync(join(folder, `${file}.cdx.json`), `${JSON.stringify(bill, undefined, 2)}\n`);
  }
  const names = readdirSync(folder).sort();
  const sums = names.map((name) => `${sha256(readFileSync(join(folder, name)))}  ${name}\n`);
  writeFileSync(join(folder, "SHA256SUMS"), sums.join(""));
  const [{ version }] = manifests;
  writeFileSync(join(folder, "notes.md"), notesOf(changelog, version) ?? notesOf(changelog, "Unreleased"));
  console.log([...names, "SHA256SUMS", "notes.md"].map((name) => join(folder, name)).join("\n"));
}

function manifestOf(name) {
  const folder = name === "cloud-front-door" ? ROOT : join(ROOT, "packages", name);
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
}

function sha256(content) {
  return createHash("sha256").update(content).digest("hex");
}

function main(args) {
  try {
    const { values, positionals } = parseArgs({ args, options: { tag: { type: "string" } }, allowPositionals: true });
    if (positionals.length !== 1) throw new Error("got no folder, expected: npm run release -- <folder> [--tag <tag>]");
    make(resolve(positionals[0]), values.tag);
    return 0;
  } catch (error) {
    console.error(error.message);
    return 64;
  }
}

module.exports = { billOf, bundledIn, faultOf, notesOf, PACKAGES, sha256 };
if (require.main === module) process.exitCode = main(process.argv.slice(2));
