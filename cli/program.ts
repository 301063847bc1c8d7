import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import * as packageApi from "../stacks";
import type { bench } from "./bench/bench";
import { core } from "./core";
import type { deploy } from "./deploy/deploy";
import type { drift } from "./drift";
import { generate } from "./generate/generate";
import { QUESTIONS } from "./init/answers";
import type { init } from "./init/init";
import type { local } from "./local/local";
import type { lock } from "./lock";
import { addPipelineCommands } from "./pipeline/commands";
import type { plan } from "./plan/plan";
import { preview } from "./preview";
import { runCommand } from "./process/commands";
import { PACKAGE } from "./process/project";
import type { review } from "./review/review";
import type { RevokeOptions } from "./revoke/revoke";
import { secrets } from "./secrets/secrets";
import { addSynthesis, type Loaded } from "./synth-program";
import { useFunctionBundles } from "./synthesis/draft";
import { useMain } from "./synthesis/main";

export const api = packageApi;

import { token } from "./token";
import { upgrade } from "./upgrade/upgrade";
import type { verify } from "./verify/verify";
import { workflows } from "./workflows/workflows";

/** The whole program; `synth-program.ts` is the part of it that most runs need. */
export function run(args: readonly string[], { functions, main }: Loaded): Promise<void> {
  useFunctionBundles(functions);
  useMain(main);
  return runCommand(args, (program) => {
    addSynthesis(program);
    addOthers(program);
    if (existsSync(join(PACKAGE, "cli", "program.ts"))) addRepositoryCommands(program);
  });
}

function addOthers(program: Command): void {
  const start = program
    .command("init")
    .description("write a project of your own: config, main.ts, a test, a README and the check of pull requests")
    .argument("[folder]", "an empty or a new one; this one without");
  for (const { flag, text } of QUESTIONS) {
    start.option(`--${flag.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)} <text>`, text);
  }
  start
    .option("--yes", "take the default of whatever no option answers")
    .action(async (...args: Parameters<typeof init>) => (await import("./init/init")).init(...args));
  program
    .command("preview")
    .description("show the whole plan of one environment, with no account in either cloud")
    .argument("<environment>")
    .action(preview);
  program
    .command("review")
    .description("what this branch changes: access, losses, then everything else, with no cloud account")
    .argument("[environment...]", "only these; all without any")
    .option("--base <commit>", "compare with this commit; without, with where the branch left the trunk")
    .option("--format <format>", "terminal, markdown, html, json or sarif", "terminal")
    .option("--out <file>", "write it there instead of to the terminal")
    .option("--fail-on <reasons>", "exit with 2 for any of: broadened, destroy, replace, drift")
    .action(async (...args: Parameters<typeof review>) => (await import("./review/review")).review(...args));
  program
    .command("plan")
    .description("what a deploy would change, from Terraform's own plan, which is kept in .plans/ to be applied")
    .argument("<environment>")
    .option("--format <format>", "terminal, markdown, html, json or sarif", "terminal")
    .option("--out <file>", "write it there instead of to the terminal")
    .option("--fail-on <reasons>", "exit with 2 for any of: broadened, destroy, replace, drift")
    .option("--as-synthesized", "plan what lies in cdktf.out/ and synthesized/, without a synthesis before")
    .action(async (...args: Parameters<typeof plan>) => (await import("./plan/plan")).plan(...args));
  program
    .command("deploy")
    .description("plan, show what changes, ask, and apply exactly that plan")
    .argument("<environment>")
    .option("--yes", "do not ask")
    .option(
      "--approved <file>",
      "the JSON of npm run plan that was approved: apply if the fresh plan is the same change",
    )
    .option("--plan", "apply the plan that npm run plan kept, if it still belongs to what is here")
    .option("--no-smoke", "do not call the services at the end")
    .action(async (...args: Parameters<typeof deploy>) => (await import("./deploy/deploy")).deploy(...args));
  program
    .command("drift")
    .description("whether the clouds are as the sources say: exit with 0 where they are, 2 where not")
    .argument("<environment>")
    .option("--format <format>", "terminal, markdown, html, json or sarif", "terminal")
    .option("--out <file>", "write it there instead of to the terminal")
    .action(async (...args: Parameters<typeof drift>) => (await import("./drift")).drift(...args));
  program
    .command("lock")
    .description(
      "write providers.lock.hcl: checksums of the providers on each platform, which plan and deploy then hold to",
    )
    .option("--mirror <folder>", "where the providers lie; without, Terraform's registry")
    .option(
      "--platform <platform>",
      "as in linux_amd64; may be repeated; without, Linux and macOS on both processors",
      oneMore,
      [],
    )
    .action(async (...args: Parameters<typeof lock>) => (await import("./lock")).lock(...args));
  program
    .command("revoke")
    .description("shut a caller out at once, with no deploy: the next one asks for it to be settled in config")
    .argument("<environment>")
    .argument("<client>", "its id in the config, or its name in the ledger: reporting-agent, workforce/0oa1example")
    .option("--undo", "let it in again, as far as config does")
    .option("--dry-run", "say what would be changed, and ask no cloud")
    .action(async (environment: string, client: string, options: RevokeOptions) =>
      (await import("./revoke/revoke")).revoke(environment, client, options),
    );
  program
    .command("generate")
    .description("renew what is generated: config/schema.json and the README's table")
    .option("--check", "write nothing, fail when one of them is stale")
    .option(
      "--schemas",
      "also packages/terraform-access-review/types/schema-sets.json, from the schemas that Terraform gets of the providers",
    )
    .action(generate);
  program
    .command("workflows")
    .description("write .github/workflows/ for the environments of config/bootstrap.yaml")
    .option("--check", "write nothing, fail when one of them is stale")
    .action(workflows);
  program
    .command("upgrade")
    .description("give config keys their new names, synthesize, and show what a version of this package changes")
    .argument("[tarball]", "install this version first; without, the installed one")
    .action(upgrade);
  program
    .command("core")
    .description("change the project's core: terrain is CDK Terrain, the maintained fork of cdktf; cdktf goes back")
    .argument("<core>", "terrain or cdktf")
    .action(core);
  program
    .command("verify")
    .description("ask a deployed environment, once, what only a cloud can tell")
    .argument("<environment>")
    .option("--smoke", "only wait until every service answers, five minutes at most")
    .option("--route <route>", "try this route first, as in 'GET /orders/42'; may be repeated", oneMore, [])
    .option("--logs", "read both clouds' logs with the tools aws and gcloud, and compare")
    .option("--plan", "plan again with your accounts: it must change nothing, and find nothing changed")
    // Loaded here alone: no synthesis should pay for it.
    .action(async (...args: Parameters<typeof verify>) => (await import("./verify/verify")).verify(...args));
  program
    .command("local")
    .description("open the front door of one environment on this machine, with no account in either cloud")
    .argument("<environment>")
    .option("--port <port>", "of the gateway on 127.0.0.1; a free one without")
    .option("--service <service>", "who answers: orders=:3000, or orders='npm start'; may be repeated", oneMore, [])
    .option(
      "--origin <origin>",
      "a page of this machine may call too: http://localhost:5173; may be repeated",
      oneMore,
      [],
    )
    .option("--callback <url>", "people may sign in for a page of this machine too; may be repeated", oneMore, [])
    .option("--declared-node", "run functions in the Node that the stack declares; fetched once, 190 MB, where needed")
    .option("--matrix", "call every route as every caller, compare with access.md, and stop")
    // Loaded here alone: no synthesis should pay for it.
    .action(async (...args: Parameters<typeof local>) => (await import("./local/local")).local(...args));
  program
    .command("token")
    .description("print a token of a declared caller, for the front door that npm run local has open")
    .argument("<environment>")
    .requiredOption("--as <caller>", "as the ledger names it: workforce/0oa1example; or an issuer that is not Cognito")
    .option(
      "--claim <claim>",
      "of an issuer that is not Cognito: sub=ann, or as JSON scp:='[]'; may be repeated",
      oneMore,
      [],
    )
    .option("--expires <seconds>", "from now, of an issuer that is not Cognito; less than 0 is past. An hour without")
    .action(token);
  program
    .command("secrets")
    .description(
      "every secret of an environment: who reads it, who may change it, its age, and how it gets a new value",
    )
    .argument("<environment>")
    .option("--format <format>", "text or json", "text")
    .action(secrets);
  addPipelineCommands(program);
}

/** What only the repository of this program needs: the published package has none of them. */
function addRepositoryCommands(program: Command): void {
  program
    .command("bench")
    .description("measure synthesis, authorizer and local front door, as ratios to a baseline of the same run")
    .option(
      "--only <group>",
      "one group: synthesis, growth, size, start, decision, door, load, sidecar, review or leak",
    )
    .option("--without <group>", "all but this one")
    .option("--runs <rounds>", "rounds of each measurement; fifteen without")
    .action(async (...args: Parameters<typeof bench>) => (await import("./bench/bench")).bench(...args));
  program
    .command("lint-workflows")
    .description("what actionlint and zizmor say of .github/workflows")
    .argument("[tool...]", "only these; both without any")
    .action(async (names: readonly string[]) => (await import("./lint-workflows/lint-workflows")).lintWorkflows(names));
  program
    .command("scan")
    .description("what checkov and trivy say of the synthesized stacks that docs/adr/ does not answer")
    .action(async () => (await import("./scan/scan")).scan());
  program
    .command("check")
    .description("everything CI runs")
    .action(async () => (await import("./check/check")).check());
}

/** For an option that may be given several times. */
function oneMore(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}
