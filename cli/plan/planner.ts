import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { POLICY_FILE } from "../../contract/policy-file";
import type { Intent } from "../../intent/model/intent";
import { changeHash } from "../../packages/terraform-access-review/change/hash";
import type { ChangeModel } from "../../packages/terraform-access-review/model/change";
import type { SynthesizedState } from "../../packages/terraform-access-review/model/state";
import { changeOfPlan } from "../../packages/terraform-access-review/plan/from-plan";
import type { PlanJson } from "../../packages/terraform-access-review/plan/plan-json";
import { PlanError, readPlan } from "../../packages/terraform-access-review/plan/read";
import { projectError } from "../process/command-error";
import { PROVIDER_LOCK, stackFolder } from "../process/project";
import { workingTree } from "../review/states";
import { intoOut } from "../synthesis/draft";
import { readIntents, select } from "../synthesis/intents";
import { reviewText } from "../synthesis/review-text";
import { synthesize } from "../synthesis/synthesis";
import { findTerraform, type TerraformBinary } from "../terraform/binary";
import { type OwnProviders, ownProviders } from "../terraform/own-providers";
import { lockFileOf } from "../terraform/provider-lock";
import { assertRunsNothing, requiredBy } from "../terraform/stack-contents";
import { assertOnlySynthesized } from "../terraform/stack-folder";
import { Terraform } from "../terraform/terraform";
import { deployedSynthesis } from "./base";
import { hashOf, hashOfConfig, hashOfFile, type Manifest, NO_STATE, type StateId } from "./manifest";
import { locked, PlanFolder } from "./plan-folder";

/** File names in `.plans/<environment>/`. */
export const FILES = { plan: "plan", change: "change.json", manifest: "manifest.json" } as const;

/** One plan, saved in its folder, and its contents. */
export interface Planned {
  readonly intent: Intent;
  readonly plan: PlanJson;
  readonly head: SynthesizedState;
  readonly model: ChangeModel;
  readonly hash: string;
  /** Hash of the plan file that was read. */
  readonly file: string;
}

function synthesizedNow(intent: Intent): SynthesizedState {
  const [done] = intoOut((draft) => synthesize([intent], draft));
  const file = (name: string) => JSON.parse(done?.files[name] ?? "null");
  const policy = file(POLICY_FILE);
  return { stack: file("main.tf.json"), ...(policy !== null && { policy }) };
}

/** Throws if Terraform would run another stack than the one that people review. */
function synthesizedBefore(environment: string): SynthesizedState {
  const path = join(stackFolder(environment), "cdk.tf.json");
  const head = workingTree().read(environment);
  if (existsSync(path) && reviewText(JSON.parse(readFileSync(path, "utf8"))) === reviewText(head.stack)) return head;
  throw projectError(
    `${environment}: cdktf.out/ and synthesized/ do not hold the same stack`,
    `renew both with: npm run synth -- ${environment}`,
  );
}

/** Plans one environment with its real state, and reads the plan. */
export class Planner {
  readonly folder: PlanFolder;
  readonly terraform: Terraform;
  readonly intent: Intent;
  private readonly binary: TerraformBinary;
  private readonly others: readonly string[];
  private readonly head: SynthesizedState;
  private readonly own: OwnProviders;

  /**
   * Synthesizes the environment, so the plan matches the current sources. With `asSynthesized`, plans what is already
   * in `cdktf.out/` and `synthesized/`, as the pipeline has checked it.
   */
  constructor(
    readonly environment: string,
    { asSynthesized = false }: { readonly asSynthesized?: boolean } = {},
  ) {
    this.binary = findTerraform();
    const intents = readIntents();
    const [intent] = select(intents, [environment]);
    if (intent === undefined) throw new Error(`no intent of ${environment}`);
    this.intent = intent;
    this.others = intents.map((each) => each.environment).filter((name) => name !== environment);
    this.head = asSynthesized ? synthesizedBefore(environment) : synthesizedNow(intent);
    assertOnlySynthesized(environment, stackFolder(environment), this.head.stack);
    this.own = ownProviders();
    assertRunsNothing(environment, { ...this.head.stack }, this.own);
    this.folder = new PlanFolder(environment);
    this.terraform = new Terraform(this.binary, stackFolder(environment));
  }

  async init(): Promise<void> {
    const options = ["-input=false", "-no-color"];
    if (existsSync(PROVIDER_LOCK)) {
      const required = Object.values(requiredBy(this.head.stack));
      writeFileSync(join(this.terraform.folder, ".terraform.lock.hcl"), lockFileOf(required, this.own.locked));
      options.push("-lockfile=readonly");
    }
    await this.step("init", "connecting to state and providers", options);
  }

  /** Plans into a file of the folder and reads the plan. `init` runs first. */
  async make(name: string = FILES.plan, options: readonly string[] = []): Promise<Planned> {
    this.folder.remove(name);
    await this.step("plan", "planning", ["-input=false", "-no-color", `-out=${this.folder.path(name)}`, ...options]);
    this.folder.close(name);
    return this.read(name);
  }

  async read(name: string = FILES.plan): Promise<Planned> {
    const file = hashOfFile(this.folder.path(name));
    const shown = await this.step("show", "reading the plan", ["-json", this.folder.path(name)]);
    const plan = this.parsed(shown);
    const base = deployedSynthesis(this.environment, plan, this.head);
    const model = changeOfPlan(this.environment, plan, { head: this.head, base });
    return { intent: this.intent, plan, head: this.head, model, hash: changeHash(model), file };
  }

  /** The current inputs of a plan. */
  async manifest(change: string): Promise<Manifest> {
    return {
      version: 1,
      environment: this.environment,
      createdAt: new Date().toISOString(),
      terraform: this.binary.version,
      change,
      plan: hashOfFile(this.folder.path(FILES.plan)),
      config: hashOfConfig(this.others),
      stack: hashOf(readFileSync(join(this.terraform.folder, "cdk.tf.json"))),
      providerLock: hashOfFile(join(this.terraform.folder, ".terraform.lock.hcl")),
      state: await this.state(),
    };
  }

  private async state(): Promise<StateId> {
    const pulled = await this.step("state pull", "reading the state's serial number", []);
    if (pulled.trim() === "") return NO_STATE;
    const { serial, lineage } = JSON.parse(pulled);
    return { serial, lineage };
  }

  private parsed(text: string): PlanJson {
    try {
      return readPlan(text);
    } catch (error) {
      if (!(error instanceof PlanError)) throw error;
      throw projectError(`${this.environment}: ${error.message}`);
    }
  }

  private step(command: string, what: string, options: readonly string[]): Promise<string> {
    return this.terraform.step(this.environment, command, `${this.environment}: ${what}`, options);
  }
}

/** Name of a second plan, next to one that may be saved for a deploy. */
const COMPARED = "drift";

/** A plan of the current sources against the clouds, which is not saved. */
export function compared(environment: string): Promise<Planned> {
  return locked(environment, PlanFolder.of(environment), async () => {
    const planner = new Planner(environment);
    await planner.init();
    try {
      return await planner.make(COMPARED, ["-lock=false"]);
    } finally {
      planner.folder.remove(COMPARED);
    }
  });
}
