import type { Command } from "commander";
import { OPTIONAL_FILES } from "../intent/schema/optional-files";
import { usageError } from "./process/command-error";
import { visibleCommands } from "./process/commands";

/** What may follow the words of a command. */
interface Completed {
  /** `plan`, `pipeline adopt`; empty for the program itself. */
  readonly words: string;
  readonly commands: readonly string[];
  readonly options: readonly string[];
  readonly takesEnvironment: boolean;
}

const SHELLS: Readonly<Record<string, (all: readonly Completed[]) => string>> = { bash, fish, zsh };

/** `front-door completion <shell>`: prints a script that completes commands, options and the project's environments. */
export function completion(shell: string, _: unknown, { parent }: Command): void {
  const script = Object.hasOwn(SHELLS, shell) ? SHELLS[shell] : undefined;
  if (script === undefined || parent === null)
    throw usageError(`got the shell ${JSON.stringify(shell)}, expected ${Object.keys(SHELLS).join(", ")}`);
  process.stdout.write(script(completedIn(parent, [])));
}

function completedIn(command: Command, words: readonly string[]): readonly Completed[] {
  const help = command.createHelp();
  const commands = visibleCommands(command);
  return [
    {
      words: words.join(" "),
      commands: commands.map((each) => each.name()),
      options: help.visibleOptions(command).flatMap(({ long }) => long ?? []),
      takesEnvironment: command.registeredArguments.some((argument) => argument.name() === "environment"),
    },
    ...commands.flatMap((each) => completedIn(each, [...words, each.name()])),
  ];
}

/** Files of config/ that are no environments. */
const OTHERS = ["base", ...Object.keys(OPTIONAL_FILES)];

/**
 * Prints the environments of the project in the current folder, in any of the three shells. Only plain names: bash expands
 * candidates, and a file of a foreign repository may be called `$(…).yaml`.
 */
const ENVIRONMENTS = `ls config 2>/dev/null | sed -n 's/^\\([a-z0-9-]*\\)\\.yaml$/\\1/p' | grep -vxE '${OTHERS.join("|")}'`;

/** Case by case: the words before the cursor, and the candidates. */
function cases(all: readonly Completed[], line: (words: string, candidates: string) => string): string {
  return all
    .map(({ words, commands, options, takesEnvironment }) =>
      line(words, [...commands, ...options, ...(takesEnvironment ? [`$(${ENVIRONMENTS})`] : [])].join(" ")),
    )
    .join("\n");
}

/** The commands whose first word alone does not name them: `pipeline`. */
function parents(all: readonly Completed[]): string {
  return all
    .filter(({ words, commands }) => words !== "" && commands.length > 0)
    .map(({ words }) => words)
    .join("|");
}

function bash(all: readonly Completed[]): string {
  return `# front-door: source <(front-door completion bash)
_front_door() {
  local words="" candidates=""
  [[ $COMP_CWORD -gt 1 ]] && words=\${COMP_WORDS[1]}
  [[ $COMP_CWORD -gt 2 && $words =~ ^(${parents(all)})$ ]] && words+=" \${COMP_WORDS[2]}"
  case "$words" in
${cases(all, (words, candidates) => `    "${words}") candidates="${candidates}" ;;`)}
  esac
  COMPREPLY=($(compgen -W "$candidates" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _front_door front-door
`;
}

function zsh(all: readonly Completed[]): string {
  return `#compdef front-door
# front-door: source <(front-door completion zsh)
_front_door() {
  local words_before="" candidates=""
  (( CURRENT > 2 )) && words_before=$words[2]
  (( CURRENT > 3 )) && [[ $words_before =~ ^(${parents(all)})$ ]] && words_before+=" $words[3]"
  case "$words_before" in
${cases(all, (words, candidates) => `    "${words}") candidates="${candidates}" ;;`)}
  esac
  compadd -- \${=candidates}
}
compdef _front_door front-door
`;
}

function fish(all: readonly Completed[]): string {
  return `# front-door: front-door completion fish | source
function __front_door
  set -l before (commandline -opc)[2..]
  set -l words "$before[1]"
  string match -qr '^(${parents(all)})$' -- $words; and set words (string trim -- "$words $before[2]")
  switch "$words"
${cases(all, (words, candidates) => `    case '${words}'\n      string split ' ' -- ${fishWords(candidates)}`)}
  end
end
complete -c front-door -a '(__front_door)'
`;
}

/** The candidates as words of fish, which has its own form of a command's output. */
function fishWords(candidates: string): string {
  return candidates.replace(/\$\((.*)\)$/, "($1)");
}
