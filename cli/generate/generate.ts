import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Command } from "commander";
import { jsonSchemaText, optionalSchemaText } from "../../intent/schema/json-schema";
import { OPTIONAL_FILES, optionalSchemaName } from "../../intent/schema/optional-files";
import { ADVANCED_PAGE, CONFIG_PAGE, FIRST_KEYS, OPTIONAL_FILES_PAGE } from "../../intent/schema/reference";
import { promises } from "../../stacks/policy/policies";
import { EXIT_CODES, projectError, usageError } from "../process/command-error";
import { visibleCommands } from "../process/commands";
import { CONFIG, PACKAGE, ROOT, shownPath } from "../process/project";
import { writeWhole } from "../process/write-files";
import { chosenProviders, ownProviders } from "../terraform/own-providers";
import { advancedKeys, firstKeys, optionalFileReference } from "./config-reference";
import { type GeneratedFile, isCurrent, printedSchemas, schemaFiles } from "./schemas";

export interface GenerateOptions {
  readonly check?: boolean;
  /** Whether to include the files made from the providers' schemas, which needs Terraform. Default: false. */
  readonly schemas?: boolean;
}

/**
 * `npx front-door generate`: writes the schema for editors and, in the program's own repository, the generated parts of the
 * reference.
 */
export function generate({ check, schemas }: GenerateOptions, command: Command): void {
  if (schemas && ROOT !== PACKAGE)
    throw usageError("--schemas is for the program's own repository", "run it there, or leave it out");
  const providers = chosenProviders(ownProviders());
  const made = schemas ? schemaFiles(providers, printedSchemas(providers)) : { files: [], obsolete: [] };
  const files: readonly GeneratedFile[] = [
    ...schemasOfConfig(),
    ...generatedPages(generatedParts(command.parent as Command)),
    ...made.files,
  ];
  const stale = files.filter((file) => !isCurrent(file));
  const named = (paths: readonly string[]) => paths.map((path) => shownPath(path)).join(", ");
  const names = named([...stale.map(({ path }) => path), ...made.obsolete]);
  if (check) {
    if (names === "") return;
    throw projectError(
      `not what the sources give: ${names}`,
      `renew with: npx front-door generate${schemas ? " --schemas" : ""}`,
    );
  }
  for (const { path, text, zipped } of stale) writeWhole(path, zipped ? gzipSync(text) : text);
  for (const path of made.obsolete) rmSync(path);
  console.log(names === "" ? `${named(files.map(({ path }) => path))}: fresh` : `wrote ${names}`);
}

/** The schemas of `config/` for editors. */
function schemasOfConfig(): readonly GeneratedFile[] {
  return [
    { path: join(CONFIG, "schema.json"), text: jsonSchemaText() },
    // A project without such a file needs no schema of it.
    ...Object.keys(OPTIONAL_FILES)
      .filter((file) => existsSync(join(CONFIG, `${file}.yaml`)))
      .map((file) => ({ path: join(CONFIG, optionalSchemaName(file)), text: optionalSchemaText(file) })),
  ];
}

/** Writes the schemas of `config/` that are stale. */
export function renewSchemas(): void {
  for (const { path, text } of schemasOfConfig().filter((file) => !isCurrent(file))) {
    writeWhole(path, text);
    console.log(`wrote ${shownPath(path)}`);
  }
}

/** The pages with their generated parts inserted. A user's project has no such page. */
function generatedPages(parts: readonly GeneratedPart[]): readonly { readonly path: string; readonly text: string }[] {
  const pages = [...new Set(parts.map(({ page }) => page))].filter((page) => existsSync(join(ROOT, page)));
  return pages.map((page) => {
    const path = join(ROOT, page);
    const own = parts.filter((part) => part.page === page);
    return { path, text: own.reduce(withPart, readFileSync(path, "utf8")) };
  });
}

function withPart(before: string, { page, name, text }: GeneratedPart): string {
  const [begin, end] = [`<!-- ${name}: npm run generate -->`, `<!-- end of ${name} -->`];
  const [from, to] = [before.indexOf(begin), before.indexOf(end)];
  if (from < 0 || to < from) {
    throw projectError(
      `${page} lacks the marks of its generated part`,
      `add these two lines again: ${begin} and ${end}`,
    );
  }
  return `${before.slice(0, from + begin.length)}\n\n${text.trim()}\n\n${before.slice(to)}`;
}

/** A generated part of a page, between the page's two marks of this name. */
interface GeneratedPart {
  /** Relative to the project. */
  readonly page: string;
  readonly name: string;
  readonly text: string;
}

/** The generated parts of the reference, each made from the program's own data. */
function generatedParts(program: Command): readonly GeneratedPart[] {
  const groups = Object.keys(FIRST_KEYS) as (keyof typeof FIRST_KEYS)[];
  return [
    ...groups.map((group) => ({ page: CONFIG_PAGE, name: `${group} keys`, text: firstKeys(group) })),
    { page: ADVANCED_PAGE, name: "advanced keys", text: advancedKeys() },
    ...Object.keys(OPTIONAL_FILES).map((file) => {
      return { page: OPTIONAL_FILES_PAGE, name: `${file} keys`, text: optionalFileReference(file) };
    }),
    { page: "docs/reference/commands.md", name: "exit codes", text: exitCodeTable() },
    { page: "docs/reference/commands.md", name: "commands", text: commandSections(program) },
    { page: "docs/reference/policy-rules.md", name: "policy rules", text: ruleTable() },
  ];
}

function exitCodeTable(): string {
  const rows = EXIT_CODES.map(({ codes, meaning }) => row([codes.join(", "), meaning]));
  return ["| exit code | meaning |", "|---|---|", ...rows].join("\n");
}

function ruleTable(): string {
  const rows = promises().map(([id, promise]) => row([`\`${id}\``, promise]));
  return ["| rule | promises |", "|---|---|", ...rows].join("\n");
}

/** One section for each command that `--help` lists, in the order of the help. */
function commandSections(parent: Command, path: readonly string[] = []): string {
  const sections = visibleCommands(parent).map((command) => {
    const words = [...path, command.name()];
    return command.commands.length > 0 ? commandSections(command, words) : commandSection(command, words);
  });
  return sections.join("\n\n");
}

function commandSection(command: Command, words: readonly string[]): string {
  const help = command.createHelp();
  const parameters = [
    ...help
      .visibleArguments(command)
      .map((argument) => [help.argumentTerm(argument), help.argumentDescription(argument)]),
    ...help
      .visibleOptions(command)
      .filter((option) => option.long !== "--help")
      .map((option) => [help.optionTerm(option), help.optionDescription(option)]),
  ]
    .filter(([, text]) => text !== "")
    .map(([term = "", text = ""]) => `- \`${term}\`: ${text.replaceAll("<", "&lt;")}`);
  const usage = [...words, ...command.usage().replace("[options]", "").split(" ")].filter((word) => word !== "");
  return [
    `### ${words.join(" ")}`,
    "",
    sentence(command.description()),
    "",
    "```",
    `front-door ${usage.join(" ")}`,
    "```",
    ...(parameters.length > 0 ? ["", ...parameters] : []),
  ].join("\n");
}

function sentence(text: string): string {
  const escaped = text.replaceAll("<", "&lt;");
  return `${escaped.charAt(0).toUpperCase()}${escaped.slice(1)}.`;
}

function row(cells: readonly string[]): string {
  const escaped = cells.map((cell) =>
    (cell.startsWith("`") ? cell : cell.replaceAll("<", "&lt;")).replaceAll("|", "\\|"),
  );
  return `| ${escaped.join(" | ")} |`;
}
