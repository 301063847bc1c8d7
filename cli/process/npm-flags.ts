import type { Command } from "commander";
import { CommandError, EXIT } from "./command-error";

/**
 * Refuses a call whose options npm kept for itself. `npm run synth --check` runs `synth` without `--check`, and sets
 * `npm_config_check` in its environment. Without this refusal, a check would write.
 *
 * @param command the command that was called, with its arguments
 */
export function refuseFlagsOfNpm(command: Command, environment: NodeJS.ProcessEnv): void {
  // `npx --yes front-door init --yes` is correct: npm takes only the options before the command there.
  if (environment.npm_lifecycle_event === undefined || environment.npm_command === "exec") return;
  const taken = command.options.flatMap(({ flags, long, negate, required }) => {
    const value = environment[`npm_config_${(long ?? "").replace(/^--(no-)?/, "").replaceAll("-", "_")}`];
    const isNegative = value === "" || value === "false";
    if (value === undefined || isNegative !== (negate === true)) return [];
    // If an option has a value, npm keeps the name and passes the value on as an argument.
    return [{ flag: required ? flags : long, isWhole: !required }];
  });
  if (taken.length === 0) return;
  const flags = taken.map(({ flag }) => flag);
  const others = taken.every(({ isWhole }) => isWhole) ? command.args : ["…"];
  const line = ["npm run", environment.npm_lifecycle_event, "--", ...others, ...flags].join(" ");
  throw new CommandError(
    `npm took ${flags.join(", ")} for itself, so nothing was run\n    write -- before the command's own arguments: ${line}`,
    EXIT.usage,
  );
}
