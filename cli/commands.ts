import { Command } from "commander";
import { CommandError, EXIT } from "./command-error";
import { refuseFlagsOfNpm } from "./npm-flags";

/** Reads the arguments and runs one of the commands; its outcome becomes the exit code of the process. */
export async function runCommand(args: readonly string[], add: (program: Command) => void): Promise<void> {
  for (const stream of [process.stdout, process.stderr]) stream.on("error", goOnUnread);
  const program = new Command("front-door")
    .description("AWS API Gateway in front of private Google Cloud Run, as one Terraform plan per environment")
    .exitOverride()
    .hook("preAction", (_, command) => refuseFlagsOfNpm(command, process.env))
    .showHelpAfterError("(add --help to see what there is)");
  add(program);
  try {
    await program.parseAsync([...args], { from: "user" });
    process.exitCode = 0;
  } catch (error) {
    process.exitCode = report(error);
  }
}

/** Whoever reads has seen enough, as `head` has after ten lines: what was begun, a deploy perhaps, is ended all the same. */
function goOnUnread(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE") throw error;
}

function report(error: unknown): number {
  if (error instanceof CommandError) {
    console.error(error.message);
    return error.exitCode;
  }
  if (isCommanderError(error)) return error.exitCode === 0 ? 0 : EXIT.usage; // it has printed itself
  console.error(error);
  return EXIT.failed;
}

function isCommanderError(error: unknown): error is Error & { exitCode: number } {
  return error instanceof Error && "code" in error && String(error.code).startsWith("commander.");
}
