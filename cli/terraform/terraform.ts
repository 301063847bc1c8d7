import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { stripVTControlCharacters } from "node:util";
import { type CommandError, usageError } from "../process/command-error";
import { withProgress } from "../process/progress";
import { BUILD } from "../process/project";
import { signals } from "../process/signals";
import type { TerraformBinary } from "./binary";
import { shownFailure, terraformFailure } from "./failure";

export interface Outcome {
  readonly code: number;
  /** Terraform's output, with unchanged diagnostics. */
  readonly output: string;
}

export interface SeparateOutcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Terraform in one folder. Nothing here interprets its diagnostics: the person sees them unchanged. */
export class Terraform {
  private readonly environment: NodeJS.ProcessEnv;
  /** Process group of the last command that was started; 0 before the first. */
  group = 0;

  constructor(
    private readonly binary: TerraformBinary,
    readonly folder: string,
    /** Variables in addition to those of this process. Undefined removes one. */
    more: NodeJS.ProcessEnv = {},
  ) {
    // Providers have hundreds of megabytes, so they are downloaded once for all environments.
    const variables = { ...process.env, ...more };
    const cache = variables.TF_PLUGIN_CACHE_DIR ?? join(BUILD, "terraform-plugins");
    mkdirSync(cache, { recursive: true });
    this.environment = terraformVariables(variables, {
      CHECKPOINT_DISABLE: "1",
      TF_IN_AUTOMATION: "1",
      TF_PLUGIN_CACHE_DIR: cache,
      TF_PLUGIN_CACHE_MAY_BREAK_DEPENDENCY_LOCK_FILE: "true",
    });
  }

  /** Runs a command and captures its output. Blocks, so no signal is seen: for tests, and for instant commands. */
  run(...args: readonly string[]): Outcome {
    const done = spawnSync(this.binary.path, [...args], {
      cwd: this.folder,
      env: this.environment,
      encoding: "utf8",
      maxBuffer: 256 * 1024 * 1024,
    });
    if (done.error !== undefined) throw done.error;
    return { code: done.status ?? 1, output: `${done.stdout}${done.stderr}` };
  }

  /**
   * Runs a command without blocking this program, and captures its outputs separately. Throws if a signal has stopped
   * the program.
   */
  async start(args: readonly string[], onLine?: (line: string) => void): Promise<SeparateOutcome> {
    await signals.check();
    const child = this.spawn(args, "pipe");
    const [out, err]: [Buffer[], Buffer[]] = [[], []];
    if (child.stdout !== null && onLine !== undefined) createInterface(child.stdout).on("line", onLine);
    else child.stdout?.on("data", (part: Buffer) => out.push(part));
    child.stderr?.on("data", (part: Buffer) => err.push(part));
    const code = await ended(child);
    return { code, stdout: Buffer.concat(out).toString("utf8"), stderr: Buffer.concat(err).toString("utf8") };
  }

  /**
   * Runs a step of a command, with progress, and returns its standard output.
   *
   * @param name of the environment or the command, for the error
   * @throws CommandError with Terraform's own output
   */
  async step(name: string, command: string, what: string, options: readonly string[]): Promise<string> {
    const running = this.start([...command.split(" "), ...options]);
    const { code, stdout, stderr } = await withProgress(what, running);
    if (code !== 0) throw terraformFailure(name, command, `${stdout}${stderr}`);
    return stdout;
  }

  /**
   * Runs a step whose output a person watches. Throws if a signal has stopped the program.
   *
   * @param name of the environment or the command, for the error
   * @throws CommandError without Terraform's own output, which the person has seen
   */
  async show(name: string, command: string, what: string, options: readonly string[]): Promise<void> {
    await signals.check();
    const child = this.spawn([command, ...options], "inherit");
    const shown: Buffer[] = [];
    child.stderr?.on("data", (part: Buffer) => {
      shown.push(part);
      process.stderr.write(part);
    });
    const code = await withProgress(what, ended(child));
    if (code !== 0) throw shownFailure(name, command, stripVTControlCharacters(Buffer.concat(shown).toString("utf8")));
  }

  private spawn(args: readonly string[], output: "pipe" | "inherit"): ChildProcess {
    // In a separate process group: a signal that the terminal sends to this group reaches the command once, through
    // this program.
    const child = spawn(this.binary.path, [...args], {
      cwd: this.folder,
      env: this.environment,
      stdio: ["ignore", output, "pipe"],
      detached: true,
    });
    signals.guard(child);
    this.group = child.pid ?? 0;
    return child;
  }

  /** Runs a command that prints JSON and parses it; throws with the diagnostics when it fails. */
  json(...args: readonly string[]): unknown {
    const { code, output } = this.run(...args);
    if (code !== 0) throw new Error(`terraform ${args.join(" ")} ended with ${code}:\n${output}`);
    return JSON.parse(output);
  }
}

function ended(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve(code ?? 1));
  });
}

/** Options that change how Terraform works, but not what it does or where. */
const HARMLESS = /^-(lock-timeout=\w+|parallelism=\d+|no-color|compact-warnings)$/;
/** Harmless in a plan only: an identity with read access takes no lock. */
const HARMLESS_IN_A_PLAN = /^-lock=false$/;

/**
 * The environment variables for Terraform. Other variables may add arguments to each command (`-target`,
 * `-refresh=false`, `-backend-config`) or choose another state. A person would then see or apply an unexpected change.
 */
export function terraformVariables(
  variables: NodeJS.ProcessEnv,
  added: Readonly<Record<string, string>>,
): NodeJS.ProcessEnv {
  for (const [name, value = ""] of Object.entries(variables)) {
    if (!/^TF_CLI_ARGS(_|$)/.test(name)) continue;
    const strange = value
      .split(/\s+/)
      .filter((option) => option !== "" && !HARMLESS.test(option))
      .find((option) => name !== "TF_CLI_ARGS_plan" || !HARMLESS_IN_A_PLAN.test(option));
    if (strange !== undefined) throw refused(`${name} has ${strange}, which changes what Terraform does`, name);
  }
  const { TF_WORKSPACE: workspace = "default" } = variables;
  if (workspace !== "default")
    throw refused(`TF_WORKSPACE is ${workspace}: an environment has one state`, "TF_WORKSPACE");
  // Set explicitly, to override a workspace that was selected in the folder.
  return { ...variables, ...added, TF_WORKSPACE: "default" };
}

function refused(what: string, name: string): CommandError {
  return usageError(what, `unset ${name}, and start again`);
}
