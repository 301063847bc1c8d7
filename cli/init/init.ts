import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, delimiter, dirname, join, resolve } from "node:path";
import { createInterface } from "node:readline/promises";
import { loadIntents } from "../../intent/load";
import { formatRefusal } from "../../intent/model/problem";
import { jsonSchemaText, optionalSchemaText } from "../../intent/schema/json-schema";
import { EXIT, projectError, usageError } from "../process/command-error";
import { NAME, originOf, VERSION } from "../process/origin";
import { direct, harmless } from "../process/output";
import { unreported } from "../process/progress";
import { PACKAGE, shownPath } from "../process/project";
import { askingShell, quoted } from "../process/shell";
import { Interrupted, signals } from "../process/signals";
import { isDraftOfRunning } from "../process/write-files";
import { workflowFiles } from "../workflows/workflows";
import { answersOf, type GivenFlags, QUESTIONS, type Question, suggestion, wordOf } from "./answers";
import { configFiles, projectFiles, versions } from "./project-files";

/** The files that a folder may contain before it becomes a project, because `init` does not write them. */
const HARMLESS = [".git", ".DS_Store"];

/** Options of the command. Its help describes each of them. */
export interface InitOptions extends GivenFlags {
  readonly yes?: boolean;
  readonly withCdktfCli?: boolean;
}

/**
 * `front-door init [folder]`: writes a project that synthesizes, or nothing.
 *
 * @param commands those that become npm scripts of the project
 */
export async function init(
  folder: string | undefined,
  options: InitOptions,
  commands: readonly string[],
): Promise<void> {
  const typed = [
    ...(folder === undefined ? [] : [quoted(folder)]),
    ...(options.withCdktfCli ? ["--with-cdktf-cli"] : []),
  ];
  const again = [`${calledAs()} init`, ...typed].join(" ");
  const standing = { left: `nothing was written; start again with: ${again}`, atOnce: "nothing was written" };
  await signals.during("init", standing, () => write(folder, options, again, commands));
}

/**
 * How a person called this program, to be typed again in the same folder.
 *
 * @param script the program that Node runs: a link in a folder of commands, or `cli/run.cjs`
 */
export function calledAs(env: NodeJS.ProcessEnv = process.env, script = process.argv[1] ?? ""): string {
  const { npm_command: npm, npm_config_package: tarball, PATH = "" } = env;
  // npx would fetch another package of the command's name.
  if (originOf() === "npx") return `npx --yes ${NAME}@${VERSION}`;
  // A process below npm has these variables too, whatever it runs.
  if (script.endsWith(".cjs")) return `node ${quoted(shownPath(script, process.cwd()))}`;
  if (npm === "exec" && tarball) return `npx --yes --package ${quoted(tarball)} front-door`;
  if (npm !== undefined) return "npx front-door";
  if (PATH.split(delimiter).includes(dirname(script))) return basename(script);
  return `node ${quoted(shownPath(script, process.cwd()))}`;
}

async function write(
  folder: string | undefined,
  { withCdktfCli, ...options }: InitOptions,
  again: string,
  commands: readonly string[],
): Promise<void> {
  const target = resolve(folder ?? ".");
  const present = nearestPresent(target);
  if (!statSync(present).isDirectory()) {
    throw usageError(
      `${present}: got a file, expected an empty or a new folder`,
      `name another folder: ${calledAs()} init my-api`,
    );
  }
  removeLeftDrafts(target);
  const found = present === target ? readdirSync(target).filter((name) => !HARMLESS.includes(name)) : [];
  if (found.length > 0) {
    throw usageError(
      `${target}: got a folder with ${found.slice(0, 3).join(", ")}${found.length > 3 ? " and more" : ""}, expected an empty one`,
      `name another folder: ${calledAs()} init my-api`,
    );
  }
  const given = await signals.unlessStopped(() => answers(options, target));
  if (withCdktfCli && given.core !== "cdktf") {
    throw usageError(
      `--with-cdktf-cli: got the core ${given.core}, expected cdktf`,
      "leave the option out; the command line of CDK Terrain is the package cdktn-cli",
    );
  }
  const files = allFiles(given, withCdktfCli === true, commands);
  await writeAll(target, files, (draft) => assertValid(draft, given, again));
  const place = shownPath(target, process.cwd());
  signals.describeEnd(() => ({ left: `the project is in ${target}`, atOnce: `the project is in ${target}` }));
  const also = originOf() === "tarball" ? ", and the package's tarball to its vendor/" : "";
  console.log(`wrote ${Object.keys(files).length} files to ${place === "" ? "this folder" : place}${also}`);
  console.log("next:");
  for (const command of [
    ...(originOf() === "clone" ? [packedFromClone(target)] : []),
    ...(place === "" ? [] : [`cd ${quoted(place)}`]),
    "npm install",
    "npm run synth",
    `npm run local -- ${given.environments.split(",")[0]}`,
  ]) {
    console.log(`    ${command}`);
  }
}

function nearestPresent(path: string): string {
  return existsSync(path) ? path : nearestPresent(dirname(path));
}

type All = Readonly<Record<Question["flag"], string>>;

async function answers({ yes, ...flags }: InitOptions, target: string): Promise<All> {
  const faults = QUESTIONS.flatMap((question) => flagFault(question, flags));
  if (faults.length > 0) throw usageError(faults.join("\n"));
  const open = QUESTIONS.filter(({ flag }) => flags[flag] === undefined);
  if (!yes && open.length > 0 && process.stdin.isTTY) return terminalQuestions(flags, target);
  if (!yes && open.length > 0) {
    throw usageError(
      `there is no terminal to ask at; missing: ${open.map(({ flag }) => dashed(flag)).join(", ")}`,
      "pass these options, or --yes for their defaults",
    );
  }
  const all: { -readonly [each in Question["flag"]]?: string } = { ...flags };
  for (const question of open) {
    const { flag, suggested, fault } = question;
    all[flag] = suggestion(question, all, target);
    if (all[flag] !== undefined) continue;
    const text = suggested(all, target);
    throw usageError(
      `${dashed(flag)}: got nothing, and the default ${JSON.stringify(text)} is not ${fault(text, all)}`,
      `pass ${dashed(flag)}`,
    );
  }
  return all as All;
}

function flagFault({ flag, fault }: Question, flags: GivenFlags): readonly string[] {
  const text = flags[flag];
  const expected = text === undefined ? undefined : fault(text, { environments: "dev,prod", ...flags });
  return expected === undefined ? [] : [`${dashed(flag)}: got ${JSON.stringify(text)}, expected ${expected}`];
}

/** `--aws-account` for `awsAccount`. */
function dashed(flag: string): string {
  return `--${flag.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** By path. */
function allFiles(given: All, withCdktfCli: boolean, commands: readonly string[]): Readonly<Record<string, string>> {
  const answered = answersOf(given);
  const config = {
    ...configFiles(answered),
    "schema.json": jsonSchemaText(),
    "bootstrap.schema.json": optionalSchemaText("bootstrap"),
  };
  return {
    ...projectFiles({ ...answered, withCdktfCli }, versions(originOf()), commands),
    ...Object.fromEntries(Object.entries(config).map(([name, text]) => [`config/${name}`, text])),
    ...workflowFiles([]),
  };
}

/**
 * A project keeps the tarball from which the program was installed. An installed package has exactly the files of its
 * own. For a clone, the folder stays empty until `npm run pack`.
 */
async function packInto(vendor: string): Promise<void> {
  const origin = originOf();
  if (origin === "registry" || origin === "npx") return;
  mkdirSync(vendor);
  if (origin === "clone") return;
  const args = ["pack", PACKAGE, "--ignore-scripts", "--silent", `--pack-destination=${vendor}`];
  const { code, error } = await askingShell("npm", args);
  await signals.check();
  if (code !== 0) throw usageError(`npm cannot pack ${PACKAGE} for vendor/: ${error.trim()}`);
}

function packedFromClone(target: string): string {
  const clone = shownPath(PACKAGE, process.cwd()) || ".";
  return `npm --prefix ${quoted(clone)} run pack -- --pack-destination=${quoted(join(target, "vendor"))}`;
}

/**
 * The config's rules check the answers.
 *
 * @param again the command without options, as a person types it
 */
function assertValid(draft: string, given: All, again: string): void {
  const result = loadIntents(join(draft, "config"));
  if (result.ok) return;
  const problems = formatRefusal(result.problems, result.rulesWait);
  const options = QUESTIONS.map(({ flag }) => `${dashed(flag)} ${quoted(given[flag])}`).join(" ");
  throw projectError(
    `the answers do not make a valid config:\n${problems}\n    change the answers: ${again} ${options}`,
  );
}

/** Name of a draft, before the id of its process. */
const DRAFT = ".front-door-init.";

/**
 * Writes files into a folder that has none of them and may not exist yet: whole or not at all. A new folder is written
 * aside and renamed. Nothing stays if the answers are refused, a file cannot be written or a signal arrives before the
 * end.
 */
async function writeAll(
  target: string,
  files: Readonly<Record<string, string>>,
  assertFit: (draft: string) => void,
): Promise<void> {
  const isNew = !existsSync(target);
  const draft = `${isNew ? target : `${target}/`}${DRAFT}${process.pid}`;
  const moved: string[] = [];
  try {
    lay(draft, files);
    assertFit(draft);
    await packInto(join(draft, "vendor"));
    await signals.check();
    if (isNew) return renameSync(draft, target);
    for (const name of readdirSync(draft)) {
      renameSync(join(draft, name), join(target, name));
      moved.push(name);
    }
  } catch (error) {
    for (const name of moved) rmSync(join(target, name), { recursive: true });
    throw error;
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

/** Removes the drafts of killed commands, in a folder and next to it. */
function removeLeftDrafts(target: string): void {
  for (const [folder, start] of [
    [target, DRAFT],
    [dirname(target), `${basename(target)}${DRAFT}`],
  ] as const) {
    const left = namesIn(folder).filter((name) => name.startsWith(start) && !isDraftOfRunning(name));
    for (const name of left) rmSync(join(folder, name), { recursive: true, force: true });
  }
}

/** None if the folder does not exist or may not be read. */
function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function lay(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

interface Terminal {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
}

/** Files are written only after the last answer. */
const NO_ANSWER = "no answer: nothing was written";

/**
 * Asks at the terminal for everything that no flag answers, and repeats a question until the answer fits. Values found
 * on this machine are offered, not assumed.
 *
 * @throws Interrupted at Ctrl-C, and CommandError at the end of the input
 */
export async function terminalQuestions(
  flags: GivenFlags,
  folder: string,
  { input, output: screen }: Terminal = { input: process.stdin, output: direct(process.stdout) },
): Promise<Readonly<Record<Question["flag"], string>>> {
  const terminal = createInterface({ input, output: screen });
  const ended = new Promise<never>((_, reject) => {
    terminal.once("SIGINT", () => reject(new Interrupted(NO_ANSWER, EXIT.interrupted)));
    terminal.once("close", () => reject(usageError(NO_ANSWER)));
  });
  let given: GivenFlags = flags;
  // Also while the next default is read: a report would stand in the middle of the questions.
  const end = unreported();
  try {
    for (const question of QUESTIONS) {
      if (given[question.flag] !== undefined) continue;
      const offered = readable(question, folder) ?? suggestion(question, given, folder) ?? "";
      given = { ...given, [question.flag]: await Promise.race([ask(terminal, question, offered, given), ended]) };
    }
  } catch (error) {
    screen.write("\n");
    throw error;
  } finally {
    end();
    ended.catch(() => undefined);
    terminal.close();
  }
  return given as Readonly<Record<Question["flag"], string>>;
}

async function ask(
  terminal: ReturnType<typeof createInterface>,
  { text, fault }: Question,
  offered: string,
  given: GivenFlags,
): Promise<string> {
  for (;;) {
    const asked = harmless(offered === "" ? `${text}: ` : `${text} (${offered}): `, false);
    const answer = (await terminal.question(asked)).trim() || offered;
    const expected = fault(answer, given);
    if (expected === undefined) return answer;
    console.log(`    got ${JSON.stringify(answer)}, expected ${expected}`);
  }
}

/** Defaults that this machine offers: the repository's name, and the settings of both clouds' tools. */
function readable({ flag, fault }: Question, folder: string): string | undefined {
  const read: Partial<Record<Question["flag"], () => string | undefined>> = {
    name: () => {
      const remote = output("git", ["-C", folder, "remote", "get-url", "origin"]);
      return remote && wordOf(remote.replace(/^.*[/:]|\.git$/g, ""));
    },
    awsRegion: () => output("aws", ["configure", "get", "region"]),
    googleProject: () => output("gcloud", ["config", "get-value", "project"]),
    googleRegion: () => output("gcloud", ["config", "get-value", "run/region"]),
  };
  const found = read[flag]?.();
  return found !== undefined && fault(found, {}) === undefined ? found : undefined;
}

/** A tool's output, if it prints exactly one line within three seconds. Undefined otherwise. */
function output(tool: string, args: readonly string[]): string | undefined {
  const { status, stdout } = spawnSync(tool, args, {
    encoding: "utf8",
    timeout: 3000,
    stdio: ["ignore", "pipe", "ignore"],
  });
  const text = stdout?.trim() ?? "";
  return status === 0 && text !== "" && !text.includes("\n") ? text : undefined;
}
