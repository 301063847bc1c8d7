import type { Command } from "commander";
import type { ReviewOptions } from "./review";

/** Adds the command `review`. Two programs have it: with a synthesis and without. */
export function addReview(
  program: Command,
  action: (names: readonly string[], options: ReviewOptions) => void | Promise<void>,
): void {
  program
    .command("review")
    .description("report what this branch changes, access first, without any cloud account")
    .argument("[environment...]", "environments (default: all)")
    .option("--base <commit>", "compare with this commit (default: where the branch left the trunk)")
    .option("--format <format>", "terminal, markdown or json", "terminal")
    .option("--out <file>", "write the report to this file")
    .option("--fail-on <reasons>", "exit with code 2 if any of these applies: broadened, destroy, replace, drift")
    .action(action);
}
