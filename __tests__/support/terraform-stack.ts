import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "cdktf";
import { withoutTokenTraces } from "../../cli/synthesis/token-traces";
import { findTerraform } from "../../cli/terraform/binary";
import { plannedBy } from "../../cli/terraform/providers";
import { ScratchStack } from "../../cli/terraform/scratch";
import { Terraform } from "../../cli/terraform/terraform";
import type { Intent } from "../../intent/model/intent";
import { declareBootstraps, declareStacks } from "../../stacks/front-door";
import { describeWhere, testWhere } from "./describe-where";
import { oncePerWorker } from "./once-per-worker";
import type { Plan } from "./plan";
import { bootstrapOf } from "./shop";
import { BUILD } from "./stack";
import { terraformObstacle } from "./terraform-obstacle";

const stacks: TerraformStack[] = [];
const outputs: string[] = [];
afterAll(() => {
  for (const stack of stacks.splice(0)) stack.remove();
  for (const folder of outputs.splice(0)) rmSync(folder, { recursive: true });
});

/** A synthesized stack in a folder of its own, with a state of its own and no account. */
export class TerraformStack {
  readonly terraform: Terraform;
  private readonly scratch: ScratchStack;

  /** @param synthesized folder of the stack */
  constructor(synthesized: string) {
    this.scratch = new ScratchStack(synthesized);
    stacks.push(this);
    this.terraform = new Terraform(findTerraform(), this.scratch.folder);
    this.succeed("init");
  }

  static of(intent: Intent): TerraformStack {
    return new TerraformStack(synthesized(intent));
  }

  get folder(): string {
    return this.scratch.folder;
  }

  /** Lays another synthesis over this one; the state stays. */
  lay(intent: Intent): this {
    this.scratch.lay(synthesized(intent));
    return this;
  }

  /** A plan against the state, kept for `apply`. */
  plan(...options: readonly string[]): Plan {
    this.succeed("plan", "-lock=false", "-out=plan", ...options);
    return this.terraform.json("show", "-json", "plan") as Plan;
  }

  /** What a plan would do, `<address> <actions>` each, sorted. */
  changes(...options: readonly string[]): string[] {
    return changesOf(this.plan(...options));
  }

  /** Applies the plan that was made last. */
  apply(): void {
    this.succeed("apply", "-lock=false", "plan");
  }

  /** Plans and applies, where the plan itself does not matter. */
  deploy(): void {
    this.succeed("apply", "-lock=false", "-auto-approve");
  }

  /** Fails with the plan's text unless a plan is empty. */
  expectNoChanges(): void {
    const { code, output } = this.run("plan", "-lock=false", "-detailed-exitcode");
    expect({ code, output }).toEqual({ code: 0, output });
  }

  /** The state's file, changed from outside. */
  editState(edit: (state: { resources: StateResource[] }) => void): void {
    const path = join(this.folder, "scratch.tfstate");
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
    const { code, output } = this.run(command, ...options);
    if (code !== 0) throw new Error(`terraform ${command} ended with ${code}:\n${output}`);
  }
}

const here = oncePerWorker("terraform", lookAround);

/** Tests that plan. Without Terraform or its providers they are skipped, and say so. */
export const describeTerraform = (name: string, tests: () => void) => describeWhere(here.missing, name, tests);

/** A test that applies: the real providers would call the clouds, so only stand-ins apply without an account. */
export const applying = testWhere(
  here.missing ?? (here.hasStandIns ? undefined : "only stand-in providers apply here"),
);

function lookAround(): { readonly missing?: string; readonly hasStandIns: boolean } {
  const missing = terraformObstacle();
  if (missing !== undefined) return { missing, hasStandIns: false };
  const stack = new TerraformStack(synthesizedBootstrap("dev"));
  return { hasStandIns: plannedBy(stack.folder).every(({ standIn }) => standIn) };
}

/** The part of a state file that tests edit. */
export interface StateResource {
  readonly type: string;
  readonly name: string;
  // biome-ignore lint/suspicious/noExplicitAny: attributes of any resource
  readonly instances: readonly { readonly attributes: any }[];
}

/** What a plan would do, `<address> <actions>` each, sorted. */
export function changesOf({ resource_changes }: Plan): string[] {
  return resource_changes
    .filter(({ change }) => change.actions.join() !== "no-op")
    .map(({ address, change }) => `${address} ${change.actions.join("+")}`)
    .sort();
}

/** Folder of the synthesized stack: the app's own synthesis, which every policy rule must let through. */
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
  withoutTokenTraces(() => {
    const app = new App({ outdir });
    declare(app);
    app.synth();
  });
  return join(outdir, "stacks", stack);
}
