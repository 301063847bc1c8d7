import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { isMap, isScalar, isSeq, parseDocument, type Scalar } from "yaml";
import { placesOf } from "../../intent/schema/places";
import { newNameOf } from "../../intent/schema/renamed";
import { FORMATS, reviewedOf } from "../../packages/terraform-access-review/formats";
import { changeOfStacks } from "../../packages/terraform-access-review/judge/from-stacks";
import { NOTHING } from "../../packages/terraform-access-review/model/state";
import { RENAMED_RULES } from "../../stacks/policy/enforce";
import { renewSchemas } from "../generate/generate";
import { projectError, usageError } from "../process/command-error";
import { formatNamed } from "../process/format-option";
import { fileAt, headCommit } from "../process/git";
import { NAME } from "../process/origin";
import { say } from "../process/progress";
import { CONFIG, PACKAGE, ROOT, shownPath } from "../process/project";
import { runHere } from "../process/shell";
import { writeWhole } from "../process/write-files";
import { locateIn } from "../review/locate";
import { programChange, titleOf } from "../review/program-change";
import { workingTree } from "../review/states";
import { synth } from "../synth/synth";
import { readConfig } from "../synthesis/intents";
import { staleWorkflows, workflows } from "../workflows/workflows";

/**
 * `front-door upgrade [version]`: installs a version of the package and renames the config keys of older releases. Then
 * it renews everything that this version writes, and shows what changes in the clouds.
 *
 * @param version a release on the registry, such as 0.3.0, or the path of a tarball. Default: the version that is installed
 * @param commands those that a project has as npm scripts
 */
export function upgrade(version: string | undefined, commands: readonly string[]): void {
  if (version !== undefined) {
    install(version);
    return;
  }
  const tree = workingTree();
  const before = new Map(
    tree.environments.map((name) => [name, { state: tree.read(name), sources: tree.sources(name) }]),
  );
  renameKeys();
  renewSchemas();
  addScripts(commands);
  if (staleWorkflows(readConfig().bootstraps).length > 0) workflows({});
  synth([], {});
  const after = workingTree();
  const commit = headCommit();
  const program = commit === undefined ? undefined : programChange(commit, (path) => isRenamed(commit, path));
  const names = [...new Set([...before.keys(), ...after.environments])].sort();
  const reviewed = names.map((name) => {
    const state = after.environments.includes(name) ? after.read(name) : NOTHING;
    const { state: former = NOTHING, sources = new Map() } = before.get(name) ?? {};
    const origins = () => ({
      sources: after.sources(name),
      former: sources,
      lines: () => placesOf(CONFIG, name),
    });
    return reviewedOf(changeOfStacks(name, former, state), locateIn(origins), titleOf(name, program));
  });
  process.stdout.write(`\n${formatNamed("terminal", FORMATS)(reviewed, "npm run review")}`);
  console.log("\nread this, commit everything together and nothing else with it, and plan before you deploy");
}

/** Runs the new version for the remaining steps, because it knows its own keys. */
function install(version: string): void {
  if (PACKAGE === ROOT) {
    throw usageError(
      `this is a clone of ${NAME}, not a project that installs it`,
      "pull the release, then run npx front-door upgrade without a version",
    );
  }
  const isRelease = /^\d+\.\d+\.\d+(-[\w.-]+)?$/.test(version);
  if (!isRelease && !/\.tgz$/.test(version)) {
    throw usageError(
      `got ${JSON.stringify(version)}, expected a release such as 0.3.0, or the path of a tarball`,
      "npm run pack makes the tarball, in a clone of the program at the release's tag",
    );
  }
  say(`installing ${version}`);
  const what = isRelease ? `${NAME}@${version}` : resolve(version);
  const installed = runHere("npm", "install", "--save-exact", "--no-audit", "--no-fund", what);
  if (installed !== 0) throw projectError(`npm could not install ${version}, see above`);
  const status = runHere(process.execPath, join(PACKAGE, "cli", "run.cjs"), "upgrade");
  if (status !== 0) throw projectError(`${version} is installed, but its upgrade failed, see above`);
}

/** Whether a file of config/ differs from a commit by nothing but renamed keys. */
function isRenamed(commit: string, path: string): boolean {
  const before = /^config\/[\w-]+\.yaml$/.test(path) ? fileAt(commit, path) : undefined;
  return before !== undefined && withNewKeys(before).text === readFileSync(join(ROOT, path), "utf8");
}

function addScripts(commands: readonly string[]): void {
  const path = join(ROOT, "package.json");
  // A project below the folder with the packages needs no manifest of its own.
  if (PACKAGE === ROOT || !existsSync(path)) return;
  const { text, added } = withScripts(readFileSync(path, "utf8"), commands);
  if (added.length === 0) return;
  writeWhole(path, text);
  console.log(`package.json: added the scripts ${added.join(", ")}`);
}

/** The manifest with a script for each command that has none. Scripts of the project stay as they are. */
export function withScripts(
  text: string,
  commands: readonly string[],
): { readonly text: string; readonly added: readonly string[] } {
  const manifest = JSON.parse(text);
  const { scripts = {} } = manifest;
  const added = commands.filter((command) => !Object.hasOwn(scripts, command));
  const more = Object.fromEntries(added.map((command) => [command, `front-door ${command}`]));
  const indent = /^\{\s*?\n([ \t]+)/.exec(text)?.[1] ?? "  ";
  return { text: `${JSON.stringify({ ...manifest, scripts: { ...scripts, ...more } }, undefined, indent)}\n`, added };
}

function renameKeys(): void {
  for (const name of readdirSync(CONFIG).filter((each) => each.endsWith(".yaml"))) {
    const path = join(CONFIG, name);
    const { text, renamed } = withNewKeys(readFileSync(path, "utf8"));
    if (renamed.length === 0) continue;
    writeWhole(path, text);
    for (const { line, from, to } of renamed) console.log(`${shownPath(path)}:${line}  ${from} is ${to} now`);
  }
}

/** A config key, or a policy rule in an allowance, that now has another name. */
interface RenamedKey {
  /** Line number, from 1. */
  readonly line: number;
  readonly from: string;
  readonly to: string;
}

/**
 * The text of a config file with each older key, and each policy rule of an allowance, under its new name. Everything
 * else stays byte for byte: comments, order and spelling. Invalid YAML stays unchanged, because the config's own report
 * explains the error.
 */
export function withNewKeys(text: string): { readonly text: string; readonly renamed: readonly RenamedKey[] } {
  const document = parseDocument(text, { schema: "failsafe", prettyErrors: false });
  if (document.errors.length > 0) return { text, renamed: [] };
  const found = keysIn(document.contents, []);
  const renamed = found.map(({ start, from, to }) => ({ line: text.slice(0, start).split("\n").length, from, to }));
  // From the end, so that earlier positions stay correct.
  const rewritten = found.reduceRight((rest, { start, end, to }) => rest.slice(0, start) + to + rest.slice(end), text);
  return { text: rewritten, renamed };
}

interface Place {
  readonly start: number;
  readonly end: number;
  readonly from: string;
  readonly to: string;
}

function keysIn(node: unknown, path: readonly string[]): readonly Place[] {
  if (isSeq(node)) return node.items.flatMap((item) => (isMap(item) ? rulesIn(item.get("rule", true)) : []));
  if (!isMap(node)) return [];
  return node.items.flatMap(({ key, value }) => {
    if (!isScalar(key)) return [];
    const here = [...path, String(key.value)];
    return [...placed(key, newNameOf(here)), ...keysIn(value, here)];
  });
}

/** Only allowances have lists of maps with a rule: those of `allowances.yaml`, and of `bootstrap.yaml`. */
function rulesIn(rule: unknown): readonly Place[] {
  return isScalar(rule) ? placed(rule, RENAMED_RULES.get(String(rule.value))) : [];
}

function placed({ value, range }: Scalar, to: string | undefined): readonly Place[] {
  const [start = 0, end = 0] = range ?? [];
  return to === undefined ? [] : [{ start, end, from: String(value), to }];
}
