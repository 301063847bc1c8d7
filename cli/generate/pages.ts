import type { Command } from "commander";
import { configTable } from "../../intent/schema/config-table";
import { promises } from "../../stacks/policy/policies";
import { EXIT_CODES } from "../process/command-error";

/** A generated part of a page, between the page's two marks of this name. */
export interface GeneratedPart {
  /** Relative to the project. */
  readonly page: string;
  readonly name: string;
  readonly text: string;
}

/** The generated parts of the reference, each made from the program's own data. */
export function generatedParts(program: Command): readonly GeneratedPart[] {
  return [
    { page: "docs/reference/config.md", name: "config table", text: configTable() },
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
  const visible = parent.createHelp().visibleCommands(parent);
  const sections = visible
    .filter((command) => command.name() !== "help")
    .flatMap((command) => {
      const words = [...path, command.name()];
      return command.commands.length > 0 ? [commandSections(command, words)] : [commandSection(command, words)];
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
  ].map(([term = "", text = ""]) => row([`\`${term}\``, text]));
  const usage = [...words, ...command.usage().replace("[options]", "").split(" ")].filter((word) => word !== "");
  return [
    `### ${words.join(" ")}`,
    "",
    sentence(command.description()),
    "",
    "```",
    `front-door ${usage.join(" ")}`,
    "```",
    ...(parameters.length > 0 ? ["", "| argument or option | meaning |", "|---|---|", ...parameters] : []),
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
