import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "cdktf";
import { findTerraform } from "../../cli/terraform/binary";
import { plannedBy } from "../../cli/terraform/providers";
import { ScratchStack } from "../../cli/terraform/scratch";
import { type Outcome, Terraform } from "../../cli/terraform/terraform";
import type { Intent } from "../../intent/model/intent";
import { declareBootstraps, declareStacks } from "../../stacks/front-door";
import { describeWhere, testWhere } from "./describe-where";
import { oncePerWorker } from "./once-per-worker";
import type { Plan } from "./plan";
import { changesIn } from "./plan-changes";
import { RunningProviders } from "./running-providers";
import { bootstrapOf } from "./shop";
import { BUILD } from "./stack";
import { terraformObstacle } from "./terraform-obstacle";
import { planInputs, terraformResult } from "./terraform-results";

const STATE = "scratch.tfstate";
/** Replaces the backend of a scratch stack with that of `state-server.cjs`, whose address is in a variable. */
export const SERVED = JSON.stringify({ terraform: { backend: { http: {} } } });
/** What `init` writes. */
const INSTALLED = [".terraform", ".terraform.lock.hcl"];

const stacks: TerraformStack[] = [];
const outputs: string[] = [];
afterAll(() => {
  providers?.stop();
  for (const stack of stacks.splice(0)) stack.remove();
  for (const folder of outputs.splice(0)) rmSync(folder, { recursive: true });
});

/** A synthesized stack in its own folder, with its own state and no account. */
export class TerraformStack {
  readonly terraform: Terraform;
  private readonly scratch: ScratchStack;

  /**
   * @param synthesized folder of the stack
   * @param served whether the state's file is written through a server; default: if the providers are stand-ins
   */
  constructor(synthesized: string, served = providers !== undefined) {
    this.scratch = new ScratchStack(synthesized);
    // Terraform reads overrides in the order of their names.
    if (served) writeFileSync(join(this.folder, "state_override.tf.json"), SERVED);
    stacks.push(this);
    this.terraform = new Terraform(findTerraform(), this.scratch.folder);
    this.init(served);
  }

  /** Installs the providers, which takes as long for each stack that requires the same ones. */
  private init(served: boolean): void {
    const { terraform } = JSON.parse(readFileSync(join(this.folder, "cdk.tf.json"), "utf8"));
    // Every stack has the same backend: that of the override.
    const inputs = ["init", `${served}`, JSON.stringify({ ...terraform, backend: undefined })];
    const outcome = terraformResult(this.folder, inputs, INSTALLED, () => this.run("init"));
    expectSuccess("init", outcome);
  }

  static of(intent: Intent): TerraformStack {
    return new TerraformStack(synthesized(intent));
  }

  get folder(): string {
    return this.scratch.folder;
  }

  /** Replaces the synthesis with another one, and keeps the state. */
  lay(intent: Intent): this {
    this.scratch.lay(synthesized(intent));
    return this;
  }

  /**
   * Plans against the state and keeps the plan for `apply`. Uses the plan of an earlier test if that planned exactly
   * the same.
   */
  plan(...options: readonly string[]): Plan {
    this.planFile(...options);
    return this.show("plan") as Plan;
  }

  /** Makes the plan, without reusing an earlier test's. */
  planAgain(): Plan {
    this.succeed("plan", "-lock=false", "-out=plan");
    return this.show("plan") as Plan;
  }

  /** What a plan would do, `<address> <actions>` each, sorted. */
  changes(...options: readonly string[]): string[] {
    return changesIn(this.planFile(...options).output);
  }

  /** Applies the plan that was made last. */
  apply(): void {
    const plan = readFileSync(join(this.folder, "plan"));
    const outcome = terraformResult(this.folder, ["apply", plan], [STATE], () =>
      this.run("apply", "-lock=false", "plan"),
    );
    expectSuccess("apply", outcome);
  }

  /** Plans and applies, for tests in which the plan itself does not matter. */
  deploy(): void {
    this.planFile();
    this.apply();
  }

  /** Fails with the plan's text unless a plan is empty. */
  expectNoChanges(): void {
    const { code, output } = this.planFile();
    expect({ code, output }).toEqual({ code: 0, output });
  }

  /** The state, as `terraform show -json` prints it. */
  state(): unknown {
    return this.show();
  }

  private planFile(...options: readonly string[]): Outcome {
    const inputs = ["plan", ...options, providers?.found ?? "", ...planInputs(this.folder)];
    const outcome = terraformResult(this.folder, inputs, ["plan"], () =>
      this.run("plan", "-lock=false", "-detailed-exitcode", "-out=plan", ...options),
    );
    // 2: there are changes.
    return outcome.code === 2 ? outcome : expectSuccess("plan", outcome);
  }

  /** JSON of the plan file, or of the state. */
  private show(...file: readonly ["plan"] | readonly []): unknown {
    const inputs = ["show", readFileSync(join(this.folder, ...(file.length === 0 ? [STATE] : file)))];
    const outcome = terraformResult(this.folder, inputs, [], () => this.terraform.run("show", "-json", ...file));
    return JSON.parse(expectSuccess("show", outcome).output);
  }

  /** The resources in the state's file. */
  readState(): readonly StateResource[] {
    return JSON.parse(readFileSync(join(this.folder, STATE), "utf8")).resources;
  }

  /** The state's file, changed from outside. */
  editState(edit: (state: { resources: StateResource[] }) => void): void {
    const path = join(this.folder, STATE);
    const state = JSON.parse(readFileSync(path, "utf8"));
    edit(state);
    writeFileSync(path, JSON.stringify({ ...state, serial: state.serial + 1 }));
  }

  run(command: string, ...options: readonly string[]) {
    return this.terraform.run(command, "-input=false", "-no-color", ...options);
  }

  remove(): void {
    this.scratch.remove();
  }

  private succeed(command: string, ...options: readonly string[]): void {
    expectSuccess(command, this.run(command, ...options));
  }
}

function expectSuccess(command: string, outcome: Outcome): Outcome {
  if (outcome.code === 0) return outcome;
  throw new Error(`terraform ${command} ended with ${outcome.code}:\n${outcome.output}`);
}

const here = oncePerWorker("terraform", lookAround);

/** Set if the providers are stand-ins. Every command that this file starts uses them. */
export const providers = here.hasStandIns ? new RunningProviders(here.path, here.version) : undefined;
if (providers !== undefined) process.env.TERRAFORM_BINARY_NAME = providers.terraform;

/** Declares tests that plan. Without Terraform or its providers they are skipped with the reason. */
export const describeTerraform = (name: string, tests: () => void) => describeWhere(here.missing, name, tests);

/** Declares a test that applies. The real providers would call the clouds, so it runs only with stand-ins. */
export const applying = testWhere(
  here.missing ?? (here.hasStandIns ? undefined : "only stand-in providers apply here"),
);

interface Here {
  readonly missing?: string;
  readonly hasStandIns: boolean;
  /** Terraform's path, and what it prints as its version. */
  readonly path: string;
  readonly version: string;
}

function lookAround(): Here {
  const missing = terraformObstacle();
  if (missing !== undefined) return { missing, hasStandIns: false, path: "", version: "" };
  const stack = new TerraformStack(synthesizedBootstrap("dev"), false);
  const hasStandIns = plannedBy(stack.folder).every(({ standIn }) => standIn);
  const binary = findTerraform();
  // In a folder without a stack, as commands do.
  const version = new Terraform(binary, tmpdir()).run("version", "-json").output;
  return { hasStandIns, path: binary.path, version };
}

/** The part of a state file that tests edit. */
export interface StateResource {
  readonly type: string;
  readonly name: string;
  readonly instances: readonly {
    // biome-ignore lint/suspicious/noExplicitAny: attributes of any resource
    readonly attributes: any;
    /** As in the configuration, or inherited. */
    readonly create_before_destroy?: boolean;
  }[];
}

/** Returns the folder of the synthesized stack, made by the app's own synthesis with every policy rule. */
export function synthesized(intent: Intent): string {
  return synthesizedBy(intent.environment, (app) => declareStacks(app, [intent], BUILD));
}

export function synthesizedBootstrap(environment: string): string {
  const bootstrap = bootstrapOf(environment);
  return synthesizedBy(bootstrap.stack, (app) => declareBootstraps(app, [bootstrap]));
}

function synthesizedBy(stack: string, declare: (app: App) => void): string {
  const outdir = mkdtempSync(join(tmpdir(), "front-door-out-"));
  outputs.push(outdir);
  const app = new App({ outdir });
  declare(app);
  app.synth();
  return join(outdir, "stacks", stack);
}
