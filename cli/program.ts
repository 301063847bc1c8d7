import { type Command, CommanderError, Option } from "commander";
import * as packageApi from "../stacks";
import { completion } from "./completion";
import { generate } from "./generate/generate";
import { QUESTIONS } from "./init/answers";
import type { InitOptions } from "./init/init";
import { addPipelineCommands } from "./pipeline/commands";
import { usageError } from "./process/command-error";
import { later, runCommand, scriptNames } from "./process/commands";
import { addReview } from "./review/command";
import type { ReviewOptions } from "./review/review";
import type { RevokeOptions } from "./revoke/revoke";
import { addSynthesis, type Loaded, useLoaded } from "./synth-program";
import { coreOfMain } from "./synthesis/own-asset";
import { token } from "./token";
import { upgrade } from "./upgrade/upgrade";
import { versions } from "./version";
import { workflows } from "./workflows/workflows";

export const api = packageApi;
export const core = coreOfMain;

/** All commands. `synth-program.ts` is the part that most runs need. */
export function run(args: readonly string[], loaded: Loaded): Promise<void> {
  useLoaded(loaded);
  return runCommand(args, addCommands);
}

/** Declares every command once. Help, completion, the reference and the npm scripts come from here. */
export function addCommands(program: Command): void {
  addSynthesis(program);
  program.option(
    "--version",
    "print the versions of this program, Node, Terraform or OpenTofu, the core and the providers",
  );
  program.on("option:version", () => {
    console.log(versions());
    throw new CommanderError(0, "commander.version", "");
  });
  const start = program
    .command("init")
    .description("create your own project: config, main.ts, a test, a README and a workflow")
    .argument("[folder]", "empty or new folder (default: the current one)");
  for (const { flag, text } of QUESTIONS) {
    start.option(`--${flag.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)} <text>`, text);
  }
  start
    .option("--yes", "use the default for every question that no option answers")
    .option("--with-cdktf-cli", "also install cdktf's own command line, for npx cdktf plan and deploy")
    .action(async (folder: string | undefined, options: InitOptions) =>
      (await import("./init/init")).init(folder, options, scriptNames(program)),
    );
  program
    .command("export")
    .description("write an environment as a folder that Terraform plans without Node, for runners such as Atlantis")
    .argument("<environment>")
    .requiredOption("--to <folder>", "new, empty or exported before")
    .option("--check", "write nothing, and fail if the folder is not up to date")
    .action(later(async () => (await import("./export/export")).exportStack));
  addReview(
    program,
    later(async () => {
      const { synthesizedNow } = await import("./review/synthesized-now");
      const { review } = await import("./review/review");
      return (names: readonly string[], options: ReviewOptions) => review(synthesizedNow, names, options);
    }),
  );
  program
    .command("plan")
    .description("report what a deploy would change; with your accounts, also keep the plan in .plans/")
    .argument("<environment>")
    .option("--format <format>", "terminal, markdown or json", "terminal")
    .option("--out <file>", "write the report to this file")
    .option("--fail-on <reasons>", "exit with code 2 if any of these applies: broadened, destroy, replace, drift")
    .option("--as-synthesized", "plan what is in cdktf.out/ and synthesized/, without a synthesis")
    .addOption(
      new Option(
        "--without-accounts",
        "show Terraform's plan against an empty state, without any cloud account, and keep nothing",
      ).conflicts(["format", "out", "failOn", "asSynthesized"]),
    )
    .action(later(async () => (await import("./plan/plan")).plan));
  program
    .command("deploy")
    .description("plan, report what changes, ask, and apply exactly that plan")
    .argument("<environment>")
    .option("--yes", "do not ask")
    .option(
      "--approved <file>",
      "apply only if a new plan has exactly the changes in this file, which npm run plan -- --format json wrote",
    )
    .option("--plan", "apply the plan that npm run plan kept, if nothing has changed since")
    .option("--no-smoke", "do not call the services after the apply")
    .action(later(async () => (await import("./deploy/deploy")).deploy));
  program
    .command("drift")
    .description("report what differs between the clouds and the sources, and exit with code 2 if anything does")
    .argument("<environment>")
    .option("--format <format>", "terminal, markdown or json", "terminal")
    .option("--out <file>", "write the report to this file")
    .action(later(async () => (await import("./drift")).drift));
  program
    .command("lock")
    .description("write providers.lock.hcl: provider checksums for every platform, which plan and deploy then enforce")
    .option("--mirror <folder>", "folder with the providers (default: Terraform's registry)")
    .addOption(repeatable("--platform <platform>", "such as linux_amd64", "Linux and macOS on both architectures"))
    .action(later(async () => (await import("./lock")).lock));
  program
    .command("revoke")
    .description(
      "revoke a caller's access immediately, without a deploy; the next deploy asks you to revoke it in config as well",
    )
    .argument("<environment>")
    .argument("<client>", "its id in config or its name in access.md: reporting-agent, workforce/0oa1example")
    .option("--undo", "restore the access that config grants")
    .option("--dry-run", "print what would change, and call no cloud")
    .option("--alone", "leave out the environment's twin in another region, which was done before")
    .action(async (environment: string, client: string, options: RevokeOptions) =>
      (await import("./revoke/revoke")).revoke(environment, client, options),
    );
  program
    .command("generate")
    .description(
      "write the schemas of config/ for editors, and in the program's own repository the generated reference",
    )
    .option("--check", "write nothing, and fail if a file is stale")
    .option(
      "--schemas",
      "in the program's own repository, also renew everything made from the providers' schemas; Terraform gets the providers",
    )
    .action(generate);
  program
    .command("workflows")
    .description("write .github/workflows/ for the environments of config/bootstrap.yaml")
    .option("--check", "write nothing, and fail if a file is stale")
    .action(workflows);
  program
    .command("upgrade")
    .description("rename config keys, synthesize, and report what this version of the package changes")
    .argument("[version]", "install this release, or this tarball, first (default: the installed one)")
    .action((version: string | undefined) => upgrade(version, scriptNames(program)));
  program
    .command("verify")
    .description("check a deployed environment: every route as the access ledger says, and no way around the gateway")
    .argument("<environment>")
    .option("--smoke", "only wait until every service answers, at most five minutes")
    .option("--logs", "also find a request in the logs of both clouds, with aws and gcloud")
    .option("--inventory", "also list what exists in both clouds and in no plan, with aws and gcloud")
    .option("--format <format>", "text or json", "text")
    .action(later(async () => (await import("./verify/verify")).verify));
  program
    .command("local")
    .description("run the front door of one environment on this machine, without any cloud account")
    .argument("<environment>")
    .option("--port <port>", "port of the gateway on 127.0.0.1 (default: the first free one from 8080)")
    .addOption(repeatable("--service <service>", "what answers for a service: orders=:3000, or orders='npm start'"))
    .addOption(repeatable("--origin <origin>", "also accept calls from a local page: http://localhost:5173"))
    .addOption(repeatable("--callback <url>", "also accept sign-ins for a local page"))
    .option(
      "--declared-node",
      "run functions in the Node release that the stack declares; downloads 190 MB once if needed",
    )
    .option("--logs <folder>", "keep the log lines of both clouds in this folder, for trace")
    .option("--matrix", "call every route as every caller, compare with access.md, and exit")
    .option("--twin", "open the environment and its twin behind one address; with --matrix also while each is away")
    .option("--fail <region>", "with --twin: the AWS region that is away")
    .option("--format <format>", "text or json: one line of JSON when it opens", "text")
    .option("--strict", "open nothing if anything in the stack is unknown to the simulation")
    .action(later(async () => (await import("./local/local")).local));
  program
    .command("token")
    .description("print a token of a declared caller for the running local front door")
    .argument("<environment>")
    .requiredOption(
      "--as <caller>",
      "its name in access.md, such as workforce/0oa1example; or an issuer other than Cognito",
    )
    .addOption(repeatable("--claim <claim>", "claim for an issuer other than Cognito: sub=ann, or as JSON scp:='[]'"))
    .option("--user <name>", "who signs in, for a client that people sign in to (default: ann)")
    .option("--expires <seconds>", "lifetime for an issuer other than Cognito; negative: expired (default: 3600)")
    .action(token);
  program
    .command("explain")
    .description("read a token from standard input, and say what the authorizer decides on it, and why")
    .argument("<environment>")
    .option("--keys <file>", "the issuer's key set as JSON, for a machine that cannot reach the issuer")
    .option("--check-issuer", "read no token: check what the authorizer meets at each oidc issuer")
    .action(later(async () => (await import("./explain/explain")).explain));
  program
    .command("trace")
    .description("show one request as an ordered story, from the logs of both clouds")
    .argument("<environment>", "an environment, or local: the open front door of this machine")
    .argument("[id]", "request id of the response (apigw-requestid, x-amz-apigw-id), traceparent or trace id")
    .option("--format <format>", "text or json", "text")
    .option("--since <time>", "how far back to look: 30m, 6h, 2d (default: 1d)")
    .option("--last-refused", "open the newest request with a status of 400 or more")
    .option("--status <status>", "list the newest requests with this status, and open the newest")
    .option("--client <client>", "with --status or --last-refused: only requests of this client, as access.md names it")
    .option("--folder <folder>", "with local: a folder that npm run local -- <environment> --logs has written")
    .option("--timeout <seconds>", "time for all queries together (default: 60)")
    .action(later(async () => (await import("./trace/trace")).trace));
  program
    .command("openapi")
    .description(
      "print the OpenAPI document of an environment: every route, who may call it, and where tokens come from",
    )
    .argument("<environment>")
    .option("--out <file>", "write the document to this file")
    .option("--format <format>", "json or yaml", "json")
    .option("--deployed", "take the URL from the outputs of the deployed stack")
    .action(later(async () => (await import("./openapi/openapi")).openapi));
  program
    .command("list")
    .description(
      "list an environment's services, who releases each and how, and its secrets, who may use each and how to renew it",
    )
    .argument("<environment>")
    .option("--format <format>", "text or json", "text")
    .action(later(async () => (await import("./list/list")).list));
  addPipelineCommands(program);
  for (const [name, instead] of Object.entries(GONE)) {
    const gone = program.command(name, { hidden: true }).argument("[argument...]").allowUnknownOption();
    gone.action(() => {
      throw usageError(`there is no command ${name} any more`, `run: npm run ${instead}`);
    });
  }
  program
    .command("completion")
    .description("print a script for your shell that completes commands, options and environments")
    .argument("<shell>", "bash, zsh or fish")
    .action(completion);
}

/** Commands of version 0.2.0 that are gone, and what to run instead. */
const GONE: Readonly<Record<string, string>> = {
  preview: "plan -- <environment> --without-accounts",
  secrets: "list -- <environment>",
};

/** @param preset the default in words. The option's value is then an empty list */
function repeatable(flags: string, description: string, preset = "none"): Option {
  const oneMore = (value: string, before: readonly string[]) => [...before, value];
  return new Option(flags, `${description}; repeatable`).argParser(oneMore).default([], preset);
}
