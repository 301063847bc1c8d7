import { resolve } from "node:path";
import type { Command } from "commander";
import * as packageApi from "../stacks";
import { runCommand } from "./process/commands";
import { synth } from "./synth/synth";
import { exclusively, type FunctionBundles, inDraft, moveStacks, useFunctionBundles } from "./synthesis/draft";
import { readConfig } from "./synthesis/intents";
import { type MainBundle, useMain } from "./synthesis/main";
import { coreOfMain } from "./synthesis/own-asset";
import { assertExpectations, synthesizeStrictly } from "./synthesis/synthesis";
import { type MadeTree, useKeepTree } from "./synthesis/tree";

/** The exports of `cloud-front-door` for `main.ts`. */
export const api = packageApi;

/** What `main.ts` imports as `cdktf`. */
export const core = coreOfMain;

/** The bundles that `cli/run.cjs` passes, and where it notes what a synthesis made. */
export interface Loaded {
  readonly functions: FunctionBundles;
  readonly main: () => MainBundle;
  readonly keepTree: (tree: MadeTree) => void;
}

/** The part of the program that synthesizes: a separate bundle (`build.cjs`), half as large. */
export function run(args: readonly string[], loaded: Loaded): Promise<void> {
  useLoaded(loaded);
  return runCommand(args, addSynthesis);
}

export function useLoaded({ functions, main, keepTree }: Loaded): void {
  useFunctionBundles(functions);
  useMain(main);
  useKeepTree(keepTree);
}

export function addSynthesis(program: Command): void {
  program
    .command("synth")
    .description("turn config/ into Terraform: synthesized/ to review, cdktf.out/ to run")
    .argument("[environment...]", "environments (default: all)")
    .option("--check", "write nothing, and fail if synthesized/ is stale")
    .action(synth);
  program.command("app", { hidden: true }).description("run by cdktf").action(app);
}

/** The command that `cdktf` runs (see cdktf.json): synthesizes every environment into the folder that cdktf names. */
function app(): void {
  const { intents, bootstraps } = readConfig();
  const out = resolve(process.env.CDKTF_OUTDIR ?? "cdktf.out");
  inDraft((draft) => {
    const sources = synthesizeStrictly(intents, bootstraps, draft);
    assertExpectations(intents, draft, sources);
    exclusively(out, () => moveStacks(draft, out, "these alone"));
  }, out);
}
