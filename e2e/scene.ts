import { spawn } from "node:child_process";
import { appendFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { type CloudTools, cloudTools, NotListed } from "../cli/process/cloud-tools";
import { type CommandError, projectError } from "../cli/process/command-error";
import { jsonIn } from "../cli/process/json";
import { withProgress } from "../cli/process/progress";
import { BUILD, PACKAGE } from "../cli/process/project";
import { signals } from "../cli/process/signals";
import { writeWhole } from "../cli/process/write-files";
import { commandTerraform } from "../cli/terraform/binary";
import { Terraform } from "../cli/terraform/terraform";
import { environmentFiles, identitiesOf, type Settings } from "./environments";
import type { EnvironmentName, RunFolder, RunRecord } from "./run-folder";

/** What a command of this program returned. */
export interface Done {
  readonly code: number;
  readonly out: string;
  /** The last line of its standard error, or the last of its lines that name a fault. */
  readonly last: string;
}

/** AWS gives a session of an assumed role an hour. A new one is taken after half of it. */
const SESSION_MILLISECONDS = 30 * 60_000;

/** How long IAM of either cloud may take to know a new identity, in seconds. Google states up to 7 minutes. */
const IAM_SECONDS = 420;

/** One environment of a run: its project, and who deploys it. */
export class Scene {
  readonly tools: CloudTools;
  private session: { readonly variables: NodeJS.ProcessEnv; readonly until: number } | undefined;
  private values: Promise<readonly StateResource[]> | undefined;

  constructor(
    readonly runFolder: RunFolder,
    readonly environment: EnvironmentName,
  ) {
    const { aws, google } = runFolder.now;
    this.tools = cloudTools({ awsRegion: aws.region, googleProject: google.project });
  }

  get record(): RunRecord {
    return this.runFolder.now;
  }

  get folder(): string {
    return this.runFolder.project(this.environment);
  }

  /** Removes the project after its removal from the clouds. Its state may have held secrets. */
  forget(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Writes the environment's config, and what Terraform runs. */
  async configure(settings: Settings = {}): Promise<void> {
    for (const [path, text] of Object.entries(environmentFiles(this.record, this.environment, settings))) {
      writeWhole(join(this.folder, path), text);
    }
    await this.succeed(["synth"]);
  }

  /** Runs a command of this program in the environment's project, as the identity that deploys. */
  async command(args: readonly string[], variables: NodeJS.ProcessEnv = {}): Promise<Done> {
    const env = { ...process.env, ...PLUGINS, ...(args[0] === "synth" ? {} : await this.deployer()), ...variables };
    await signals.check();
    const child = spawn(process.execPath, [join(PACKAGE, "cli/run.cjs"), ...args], {
      cwd: this.folder,
      env,
      stdio: ["ignore", "pipe", "pipe"],
      // In a process group of its own, so that a signal reaches it once.
      detached: true,
    });
    this.values = undefined;
    signals.guard(child);
    const [out, error]: [Buffer[], Buffer[]] = [[], []];
    child.stdout.on("data", (part: Buffer) => out.push(part));
    child.stderr.on("data", (part: Buffer) => error.push(part));
    const ended = new Promise<number>((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (code) => resolve(code ?? 1));
    });
    const code = await withProgress(`${this.environment}: ${args.join(" ")}`, ended);
    await signals.check();
    const said = Buffer.concat(error).toString("utf8");
    this.log(`${args.join(" ")}: ${code}\n${said}`);
    return { code, out: Buffer.concat(out).toString("utf8"), last: faultIn(said) };
  }

  /** Keeps what programs said, for the person who looks for the cause of a failure. */
  log(text: string): void {
    appendFileSync(join(this.runFolder.folder, "log"), `${this.environment}: ${text}\n`, { mode: 0o600 });
  }

  /** @throws CommandError unless the command succeeds */
  async succeed(args: readonly string[], variables?: NodeJS.ProcessEnv): Promise<string> {
    const { code, out, last } = await this.command(args, variables);
    if (code !== 0) throw failed(`${args.join(" ")} ended with ${code}: ${last}`);
    return out;
  }

  /** Runs a command that prints JSON whatever it finds, and parses that. */
  async report(args: readonly string[], variables?: NodeJS.ProcessEnv): Promise<unknown> {
    const { code, out, last } = await this.command([...args, "--format", "json"], variables);
    const report = jsonIn(out);
    if (report === undefined) throw failed(`${args.join(" ")} ended with ${code}: ${last}`);
    return report;
  }

  deploy(): Promise<string> {
    return this.succeed(["deploy", this.environment, "--yes", "--no-smoke"]);
  }

  /** Terraform in the folder of a stack, as the identity that deploys, or as the person. */
  async terraform(stack: string, as: "deployer" | "person", seconds?: number): Promise<Terraform> {
    const variables = { ...PLUGINS, ...(as === "deployer" ? await this.deployer(seconds) : {}) };
    return new Terraform(commandTerraform(), join(this.folder, "cdktf.out/stacks", stack), variables);
  }

  /** The resources in the environment's state, as Terraform shows them. They hold secrets. */
  resources(): Promise<readonly StateResource[]> {
    this.values ??= this.read(["show", "-json"]).then(
      (shown) =>
        (shown as { values?: { root_module?: { resources?: StateResource[] } } }).values?.root_module?.resources ?? [],
    );
    return this.values;
  }

  /** Terraform's outputs by name. */
  async outputs(): Promise<Outputs> {
    const read = await this.rawOutputs();
    return Object.fromEntries(Object.entries(read).map(([name, { value }]) => [name, value])) as unknown as Outputs;
  }

  /** What `terraform output -json` returns. */
  async rawOutputs(): Promise<Record<string, { readonly value: unknown }>> {
    return (await this.read(["output", "-json"])) as Record<string, { readonly value: unknown }>;
  }

  private async read(args: readonly string[]): Promise<unknown> {
    const terraform = await this.terraform(this.environment, "deployer");
    return JSON.parse(
      await terraform.step(this.environment, args.join(" "), `${this.environment}: reading the state`, ["-no-color"]),
    );
  }

  /**
   * Variables that make a program act as the identity that deploys. Waits until both clouds know a new one.
   *
   * @param seconds how long to wait for each cloud
   */
  async deployer(seconds = IAM_SECONDS): Promise<NodeJS.ProcessEnv> {
    const { operator, aws, google } = this.record;
    if (operator === undefined) return {};
    if (this.session !== undefined && Date.now() < this.session.until) return this.session.variables;
    const { deploy } = identitiesOf(this.record, this.environment);
    const account = `${deploy}@${google.project}.iam.gserviceaccount.com`;
    const assume = [
      "--role-arn",
      `arn:aws:iam::${aws.account}:role/${deploy}`,
      "--role-session-name",
      "front-door-e2e",
    ];
    const { Credentials } = await until("assuming the deploy role", seconds, () =>
      this.tools.aws("sts", "assume-role", ...assume),
    );
    await until("impersonating the deploy service account", seconds, () =>
      this.tools.gcloud("auth", "print-access-token", `--impersonate-service-account=${account}`),
    );
    const variables = {
      AWS_ACCESS_KEY_ID: Credentials.AccessKeyId,
      AWS_SECRET_ACCESS_KEY: Credentials.SecretAccessKey,
      AWS_SESSION_TOKEN: Credentials.SessionToken,
      AWS_PROFILE: undefined,
      GOOGLE_IMPERSONATE_SERVICE_ACCOUNT: account,
      CLOUDSDK_AUTH_IMPERSONATE_SERVICE_ACCOUNT: account,
    };
    this.session = { variables, until: Date.now() + SESSION_MILLISECONDS };
    return variables;
  }
}

/** Providers have hundreds of megabytes, so all projects of all runs share them. */
const PLUGINS = { TF_PLUGIN_CACHE_DIR: process.env.TF_PLUGIN_CACHE_DIR ?? join(BUILD, "terraform-plugins") };

export interface StateResource {
  readonly address: string;
  readonly type: string;
  readonly name: string;
  // biome-ignore lint/suspicious/noExplicitAny: attributes of any resource
  readonly values: Readonly<Record<string, any>>;
}

export interface Outputs {
  readonly api_url: string;
  readonly clients: Readonly<Record<string, { readonly client_id: string; readonly secret_arn: string }>>;
}

/** A step that did not end as it should. */
export function failed(why: string): CommandError {
  return projectError(why);
}

/**
 * Tries until there is an answer.
 *
 * @param attempt rejects with `NotListed` as long as there is none, or returns undefined
 */
export async function until<T>(what: string, seconds: number, attempt: () => Promise<T | undefined>): Promise<T> {
  let why = "no answer";
  for (const end = Date.now() + seconds * 1000; ; ) {
    const found = await signals.unlessStopped(attempt).catch((error: unknown) => {
      if (!(error instanceof NotListed)) throw error;
      why = error.message;
      return undefined;
    });
    if (found !== undefined) return found;
    if (Date.now() > end) throw failed(`${what}: not within ${seconds} s: ${why}`);
    await signals.unlessStopped(() => pause(PAUSE_MILLISECONDS));
  }
}

/** Pause between two attempts. */
const PAUSE_MILLISECONDS = 2000;

/** The line that names the fault. Lines below it are indented: its remedy, and details. */
export function faultIn(said: string): string {
  const lines = said.split("\n").filter((line) => line.trim() !== "" && !/^\s/.test(line));
  return lines.findLast((line) => /error|refused|failed|got /i.test(line)) ?? lines.at(-1) ?? "";
}
