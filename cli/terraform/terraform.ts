import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { closeSync, fstatSync, mkdirSync, openSync, readSync, unlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { type CommandError, usageError } from "../process/command-error";
import { withProgress } from "../process/progress";
import { BUILD } from "../process/project";
import { signals } from "../process/signals";
import type { TerraformBinary } from "./binary";
import { shownFailure, terraformFailure } from "./failure";

/** Time between two looks at the output of a running command, in milliseconds. */
const FOLLOW_MS = 100;

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
   * the program. Terraform goes on if this program is killed: its outputs are files, not pipes.
   *
   * @param onLine gets each line of standard output, which is then not captured
   */
  async start(args: readonly string[], onLine?: (line: string) => void): Promise<SeparateOutcome> {
    await signals.check();
    const [out, err] = [new OutputFile(), new OutputFile()];
    const follow = () => onLine !== undefined && out.lines().forEach(onLine);
    const following = setInterval(follow, FOLLOW_MS);
    try {
      const { code, cause } = await ended(this.spawn(args, [out.descriptor, err.descriptor]));
      follow();
      return { code, stdout: out.rest(), stderr: `${err.rest()}${cause}` };
    } finally {
      clearInterval(following);
      for (const { descriptor } of [out, err]) closeSync(descriptor);
    }
  }

  /**
   * Runs a step of a command, with progress, and returns its standard output.
   *
   * @param name of the environment or the command, for the error
   * @throws CommandError with Terraform's own output, its errors first: a plan that failed half-way prints what it has
   */
  async step(name: string, command: string, what: string, options: readonly string[]): Promise<string> {
    const running = this.start([...command.split(" "), ...options]);
    const { code, stdout, stderr } = await withProgress(what, running);
    if (code !== 0) throw terraformFailure(name, command, `${stderr}${stdout}`);
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
    const child = this.spawn([command, ...options], ["inherit", "pipe"]);
    const shown: Buffer[] = [];
    child.stderr?.on("data", (part: Buffer) => {
      shown.push(part);
      process.stderr.write(part);
    });
    const { code, cause } = await withProgress(what, ended(child));
    process.stderr.write(cause);
    if (code !== 0) throw shownFailure(name, command, stripVTControlCharacters(Buffer.concat(shown).toString("utf8")));
  }

  private spawn(
    args: readonly string[],
    [out, err]: readonly [out: number | "inherit", err: number | "pipe"],
  ): ChildProcess {
    // In a separate process group: a signal that the terminal sends to this group reaches the command once, through
    // this program.
    const child = spawn(this.binary.path, [...args], {
      cwd: this.folder,
      env: this.environment,
      stdio: ["ignore", out, err],
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

/** Waits for the end. `cause` is a line that names the signal if one killed Terraform, and empty otherwise. */
function ended(child: ChildProcess): Promise<{ readonly code: number; readonly cause: string }> {
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) =>
      resolve({ code: code ?? 1, cause: signal === null ? "" : `Terraform was killed by ${signal}\n` }),
    );
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

/**
 * A file without a name for the output of another program, which can contain secrets. A pipe would end the program at
 * its next line if this one is killed.
 */
class OutputFile {
  /** For the other program. The caller closes it. */
  readonly descriptor: number;
  private at = 0;
  private begun: Buffer = Buffer.alloc(0);

  constructor() {
    const path = join(tmpdir(), `front-door-output-${randomUUID()}`);
    this.descriptor = openSync(path, "ax+", 0o600);
    unlinkSync(path);
  }

  /** The lines that were completed since the last call. */
  lines(): readonly string[] {
    const text = this.read();
    const end = text.lastIndexOf("\n") + 1;
    this.begun = text.subarray(end);
    return end === 0 ? [] : text.toString("utf8", 0, end - 1).split("\n");
  }

  /** Everything since the last line that `lines` returned. */
  rest(): string {
    return this.read().toString("utf8");
  }

  private read(): Buffer {
    const added = Buffer.alloc(fstatSync(this.descriptor).size - this.at);
    // By position, because both programs share the descriptor's own.
    const count = readSync(this.descriptor, added, 0, added.length, this.at);
    this.at += count;
    const text = Buffer.concat([this.begun, added.subarray(0, count)]);
    this.begun = Buffer.alloc(0);
    return text;
  }
}
