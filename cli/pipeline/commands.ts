import type { Command } from "commander";
import type { CommentOptions } from "./comment";

/** The steps of the workflows that are not commands for people. Loaded when one runs: no synthesis should pay for them. */
export function addPipelineCommands(program: Command): void {
  const pipeline = program
    .command("pipeline")
    .description("steps of the workflows; docs/how-to/ci.md says what each is for");
  pipeline
    .command("identity")
    .description("print what a job needs to become an identity of an environment")
    .argument("<environment>")
    .argument("<role>", "plan or deploy")
    .action(async (environment: string, role: string) => (await import("./identity")).identity(environment, role));
  pipeline
    .command("adopt")
    .description("check what a branch synthesized, by the code of this checkout, and lay it where a plan finds it")
    .argument("<environment>")
    .argument("<artefact>", "folder with the branch's cdktf.out and synthesized")
    .action(async (environment: string, artefact: string) =>
      (await import("./artefact/adopt")).adopt(environment, artefact),
    );
  pipeline
    .command("comment")
    .description("say on a pull request what a plan would change, in one comment for the environment")
    .argument("<environment>")
    .argument("<model>", "file that npm run plan -- … --format json wrote")
    .requiredOption("--pull <number>", "the pull request")
    .option("--whole <where>", "where the whole report is")
    .action(async (environment: string, model: string, options: CommentOptions) =>
      (await import("./comment")).comment(environment, model, options),
    );
  pipeline
    .command("report")
    .description("print a plan's model as Markdown, for a job's summary")
    .argument("<environment>")
    .argument("<model>")
    .action(async (environment: string, model: string) => (await import("./comment")).report(environment, model));
  pipeline
    .command("changes")
    .description("print changed=true or changed=false, as a plan's model says")
    .argument("<environment>")
    .argument("<model>")
    .action(async (environment: string, model: string) => (await import("./models")).changes(environment, model));
  pipeline
    .command("drift-issue")
    .description("open, renew or close the one issue about drift")
    .argument("<model...>", "files that npm run drift -- … --format json wrote")
    .option("--run <where>", "where the whole report is")
    .action(async (models: readonly string[], options: { readonly run?: string }) =>
      (await import("./drift-issue")).driftIssue(models, options),
    );
}
