import { Command, Help, Option } from "commander";
import { CommandError, EXIT, EXIT_CODES, usageError } from "./command-error";
import { annotations, ConfigRefused, ERROR_FORMATS } from "./config-refused";
import { machineFault } from "./machine-fault.cjs";
import { documentation } from "./origin";
import { commandRunner, guardOutput } from "./output";
import { say, step } from "./progress";
import { ROOT, requireProject } from "./project";
import { Interrupted } from "./signals";

/** Commands that work outside a project. */
const WITHOUT_PROJECT = ["completion", "init"];

/** What a team uses in its first month, in the order in which it meets them. Help and a new project's scripts have these. */
const FIRST = ["init", "synth", "local", "token", "explain", "review", "plan", "deploy", "verify", "list", "trace"];

/** Reads the arguments and runs one of the commands. The result becomes the process's exit code. */
export async function runCommand(args: readonly string[], add: (program: Command) => void): Promise<void> {
  guardOutput();
  process.stdout.on("error", (error) => goOnUnread(error, "standard output"));
  process.stderr.on("error", (error) => goOnUnread(error, "standard error"));
  let errorFormat: string | undefined;
  const wantsAll = ["--help", "-h"].some((each) => args.includes(each)) && args.includes("--all");
  const errors = "also print config errors on standard output in this format, each with its file and line";
  const program = new Command("front-door")
    .description("AWS API Gateway in front of private Google Cloud Run, as one Terraform plan per environment")
    .exitOverride()
    .configureHelp({ visibleCommands: (command) => (wantsAll ? visibleCommands(command) : firstCommands(command)) })
    .hook("preAction", (_, command) => {
      refuseFlagsOfNpm(command, process.env);
      refuseOnWindows(command.name());
      const { errors, format } = command.optsWithGlobals();
      errorFormat = errors ?? format;
      if (!WITHOUT_PROJECT.includes(command.name())) requireProject();
      if (command.name() === "completion") return;
      // Reported first, because loading a command takes up to a second.
      const called = [command.name(), ...command.args].join(" ");
      // Lasts until the process ends, so that every wait of every command is reported.
      step(called);
      say(`${called}: ${command.description()}`);
    })
    .addOption(new Option("--errors <format>", errors).choices(Object.keys(ERROR_FORMATS)))
    .showHelpAfterError("(add --help for commands and options)")
    .addHelpText(
      "after",
      `${wantsAll ? "" : "\nEvery command: front-door --help --all\n"}\nExit codes:\n${exitCodes()}\n\nDocumentation: ${documentation(process.cwd())}`,
    );
  add(program);
  try {
    await program.parseAsync(
      args.filter((each) => !wantsAll || each !== "--all"),
      { from: "user" },
    );
    process.exitCode = 0;
  } catch (error) {
    process.exitCode = report(error, errorFormat);
    // Ends the process without waiting for requests or timers that are still open.
    if (error instanceof Interrupted) process.exit();
  }
}

/** A command that is loaded only when it runs, so that a synthesis does not load it. */
export function later<A extends readonly unknown[]>(load: () => Promise<(...args: A) => void | Promise<void>>) {
  return async (...args: A): Promise<void> => (await load())(...args);
}

/** Every command, without `help` itself and hidden ones. */
export function visibleCommands(parent: Command): Command[] {
  return new Help().visibleCommands(parent).filter((command) => command.name() !== "help");
}

/** Those of the first month, or all below another command than the program. */
function firstCommands(parent: Command): Command[] {
  const all = visibleCommands(parent);
  return parent.parent === null ? FIRST.flatMap((name) => all.filter((command) => command.name() === name)) : all;
}

/** Commands that a new project has as npm scripts, by the same names: `npm run plan -- dev`. */
export function scriptNames(program: Command): readonly string[] {
  return firstCommands(program)
    .map((command) => command.name())
    .filter((name) => !WITHOUT_PROJECT.includes(name));
}

function exitCodes(): string {
  const rows = EXIT_CODES.map(({ codes, meaning }) => ({ codes: codes.join(", "), meaning }));
  const width = Math.max(...rows.map(({ codes }) => codes.length));
  return rows.map(({ codes, meaning }) => `  ${codes.padEnd(width)}  ${meaning}`).join("\n");
}

let isUnwritable = false;

/**
 * The reader of the output may close early, as `head` does after ten lines, the terminal may be lost, or the disk of the
 * output may be full. A deploy must still end cleanly. Lost output is a failure, unless its reader has left.
 */
function goOnUnread(error: NodeJS.ErrnoException, path: string): void {
  if (isUnwritable || error.code === "EPIPE" || error.code === "EIO") return;
  isUnwritable = true;
  process.once("exit", () => {
    process.exitCode ||= EXIT.usage;
  });
  console.error(machineFault(Object.assign(error, { path })) ?? `${path}: ${error.message}`);
}

function report(error: unknown, format = ""): number {
  if (error instanceof ConfigRefused && Object.hasOwn(ERROR_FORMATS, format))
    console.log(JSON.stringify(ERROR_FORMATS[format]?.(error.problems)));
  if (error instanceof CommandError) {
    const { GITHUB_ACTIONS, GITHUB_WORKSPACE = ROOT } = process.env;
    console.error(error.message);
    const isAnnotated = error instanceof ConfigRefused && GITHUB_ACTIONS === "true";
    if (isAnnotated) commandRunner(annotations(error, { root: ROOT, workspace: GITHUB_WORKSPACE }));
    return error.exitCode;
  }
  if (isCommanderError(error)) return error.exitCode === 0 ? 0 : EXIT.usage; // Commander has already printed the message
  const fault = machineFault(error);
  console.error(fault ?? error);
  return fault === undefined ? EXIT.failed : EXIT.usage;
}

function isCommanderError(error: unknown): error is Error & { exitCode: number } {
  return error instanceof Error && "code" in error && String(error.code).startsWith("commander.");
}

/**
 * Refuses a call whose options npm took as its own. `npm run synth --check` runs `synth` without `--check`, and sets
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
    // If an option has a value, npm takes the name and passes the value on as an argument.
    return [{ flag: required ? flags : long, isWhole: !required }];
  });
  if (taken.length === 0) return;
  const flags = taken.map(({ flag }) => flag);
  const others = taken.every(({ isWhole }) => isWhole) ? command.args : ["…"];
  const line = ["npm run", environment.npm_lifecycle_event, "--", ...others, ...flags].join(" ");
  throw usageError(
    `npm took ${flags.join(", ")} as its own options, so nothing was run`,
    `write -- before the command's own arguments: ${line}`,
  );
}

/**
 * Commands that do not run on Windows. They end Terraform by signals to its process group, need the local front door,
 * which does so too, or run `gcloud`, which is a script there.
 */
export const NOT_ON_WINDOWS = ["deploy", "drift", "local", "lock", "plan", "token", "trace", "verify"] as const;

/** @throws CommandError if the command does not run on this platform */
export function refuseOnWindows(command: string, platform: NodeJS.Platform = process.platform): void {
  if (platform !== "win32" || !NOT_ON_WINDOWS.some((each) => each === command)) return;
  throw usageError(
    `${command}: got Windows, expected Linux or macOS`,
    "run it in the Windows Subsystem for Linux, from a clone there (docs/how-to/troubleshooting.md#windows)",
  );
}
