import type { Command } from "commander";
import { app } from "./app";
import { runCommand } from "./commands";
import { synth } from "./synth/synth";
import { type FunctionBundles, useFunctionBundles } from "./synthesis/function-bundles";

/** The program without what synthesizes nothing: a bundle of its own (`build.cjs`), half as large. */
export function run(args: readonly string[], functions: FunctionBundles): Promise<void> {
  useFunctionBundles(functions);
  return runCommand(args, addSynthesis);
}

export function addSynthesis(program: Command): void {
  program
    .command("synth")
    .description("turn config/ into Terraform: synthesized/ for review, cdktf.out/ to run")
    .argument("[environment...]", "only these; all without any")
    .option("--check", "write nothing, fail when synthesized/ is not what the sources give")
    .action(synth);
  program.command("app", { hidden: true }).description("what cdktf runs").action(app);
}
