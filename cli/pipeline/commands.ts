import type { Command } from "commander";
import { later } from "../process/commands";

/**
 * Workflow steps that are not commands for people. Loaded only when one runs, so that a synthesis does not pay for
 * them.
 */
export function addPipelineCommands(program: Command): void {
  const pipeline = program.command("pipeline").description("steps of the workflows (docs/how-to/ci.md)");
  pipeline
    .command("identity")
    .description("print the settings with which a job assumes an identity of an environment")
    .argument("<environment>")
    .argument("<role>", "plan or deploy")
    .action(later(async () => (await import("./identity")).identity));
  pipeline
    .command("adopt")
    .description(
      "check a branch's synthesized files with the code of this checkout, and prepare them for npm run plan -- --as-synthesized",
    )
    .argument("<environment>")
    .argument("<artefact>", "folder with the branch's config, cdktf.out and synthesized")
    .action(later(async () => (await import("./artefact/adopt")).adopt));
  pipeline
    .command("comment")
    .description("report a plan on a pull request, in one comment per environment")
    .argument("<environment>")
    .argument("<model>", "file that npm run plan -- … --format json wrote")
    .requiredOption("--pull <number>", "the pull request")
    .option("--whole <where>", "URL of the whole report")
    .action(later(async () => (await import("./comment")).comment));
  pipeline
    .command("report")
    .description("print the JSON of a plan as Markdown, for a job summary")
    .argument("<environment>")
    .argument("<model>")
    .action(later(async () => (await import("./comment")).report));
  pipeline
    .command("changes")
    .description("print changed=true or changed=false for the JSON of a plan")
    .argument("<environment>")
    .argument("<model>")
    .action(later(async () => (await import("./models")).changes));
  pipeline
    .command("drift-issue")
    .description("open, update or close the issue about drift")
    .argument("<model...>", "files that npx front-door drift … --format json wrote")
    .option("--run <where>", "URL of the whole report")
    .action(later(async () => (await import("./drift-issue")).driftIssue));
}
