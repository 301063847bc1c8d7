import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { findTerraform } from "../../../cli/terraform/binary";
import { ScratchStack } from "../../../cli/terraform/scratch";
import { Terraform } from "../../../cli/terraform/terraform";
import { ProjectCopy } from "../../support/command";
import { type Edit, edited } from "./edits";
import type { Fixture } from "./fixture";
import type { PlanCase } from "./plan-case";

const NOT_READ = ["planned_values", "configuration", "timestamp", "variables"];

// biome-ignore lint/suspicious/noExplicitAny: Terraform's JSON, changed as a person would
type Json = any;

/** Makes the plans of the fixtures with real Terraform: a copy of the project, its state, and one plan a case. */
export class PlanMaker {
  private readonly project = new ProjectCopy();
  private readonly config: Readonly<Record<string, string>>;
  private readonly deployments = new Map<string, Deployment>();

  /** @param config Folder with the configuration that every plan starts from. */
  constructor(config: string) {
    const read = (file: string) => readFileSync(join(config, file), "utf8");
    this.config = { "base.yaml": read("base.yaml"), "dev.yaml": read("dev.yaml") };
    rmSync(this.project.path("config"), { recursive: true });
    mkdirSync(this.project.path("config"));
  }

  make({ deployed = [], edits = [], ...each }: PlanCase): Fixture {
    const deployment = this.deployment(deployed, each.state === "nothing");
    const head = this.synthesized(edits);
    each.stack?.(head.stack);
    const plan = deployment.plan(this.project.path("cdktf.out", "stacks", "dev"), head.stack, each);
    return { plan, head, base: deployment.base };
  }

  remove(): void {
    for (const { scratch } of this.deployments.values()) scratch.remove();
    this.project.remove();
  }

  private synthesized(edits: readonly Edit[]): Fixture["head"] {
    for (const [file, text] of Object.entries(edited(this.config, edits))) {
      writeFileSync(this.project.path("config", file), text);
    }
    const done = this.project.run(["synth", "dev"]);
    if (done.code !== 0) throw new Error(`${done.out}${done.error}`);
    const path = (name: string) => this.project.path("synthesized", "dev", name);
    const file = (name: string) => JSON.parse(readFileSync(path(name), "utf8"));
    const policy = "authorizer-policy.json";
    return { stack: file("main.tf.json"), ...(existsSync(path(policy)) && { policy: file(policy) }) };
  }

  private deployment(edits: readonly Edit[], empty: boolean): Deployment {
    const key = JSON.stringify([edits, empty]);
    const known = this.deployments.get(key);
    if (known !== undefined) return known;
    const state = this.synthesized(edits);
    const made = new Deployment(this.project.path("cdktf.out", "stacks", "dev"), empty ? "nothing" : state);
    this.deployments.set(key, made);
    return made;
  }
}

/** One environment as somebody deployed it; each plan starts from the same state. */
class Deployment {
  readonly scratch: ScratchStack;
  private readonly terraform: Terraform;
  private readonly state: string;

  constructor(
    folder: string,
    readonly base: Fixture["base"],
  ) {
    this.scratch = new ScratchStack(folder);
    this.terraform = new Terraform(findTerraform(), this.scratch.folder);
    this.state = join(this.scratch.folder, "scratch.tfstate");
    this.run("init", "-input=false", "-no-color");
    if (base !== "nothing") this.run("apply", "-input=false", "-no-color", "-auto-approve");
    else writeFileSync(this.state, "");
    cpSync(this.state, `${this.state}.deployed`);
  }

  plan(folder: string, stack: Json, { between = [], options = [], drift = {} }: PlanCase): Fixture["plan"] {
    cpSync(`${this.state}.deployed`, this.state);
    const before = this.values();
    for (const command of between) this.run(...command);
    this.change(drift);
    this.scratch.lay(folder);
    writeFileSync(join(this.scratch.folder, "cdk.tf.json"), JSON.stringify(stack));
    this.run("plan", "-input=false", "-no-color", "-out=plan", ...options);
    const plan = this.terraform.json("show", "-json", "plan") as Json;
    for (const part of NOT_READ) delete plan[part];
    plan.resource_changes = (plan.resource_changes ?? []).map(withoutValues);
    const drifted = driftBetween(before, plan, Object.keys(drift));
    return drifted.length > 0 ? { ...plan, resource_drift: drifted } : plan;
  }

  private run(...args: readonly string[]): void {
    const { code, output } = this.terraform.run(...args);
    if (code !== 0) throw new Error(`terraform ${args.join(" ")} ended with ${code}:\n${output}`);
  }

  private values(): ReadonlyMap<string, Json> {
    const state = this.terraform.json("show", "-json") as Json;
    return new Map((state.values?.root_module.resources ?? []).map((each: Json) => [each.address, each]));
  }

  private change(drift: NonNullable<PlanCase["drift"]>): void {
    if (Object.keys(drift).length === 0) return;
    const state = JSON.parse(readFileSync(this.state, "utf8"));
    for (const { type, name, instances } of state.resources) {
      Object.assign(instances[0].attributes, drift[`${type}.${name}`]);
    }
    writeFileSync(this.state, JSON.stringify(state));
  }
}

/** Of an object that stays as it is, the prior state has the values. */
function withoutValues(each: Json): Json {
  const stays = each.change.actions.join() === "no-op" && !each.previous_address && !each.change.importing;
  return stays ? { ...each, change: { actions: each.change.actions } } : each;
}

/**
 * What Terraform writes of drift, from two states that it read: stand-ins of the providers find on a refresh what they
 * left, so the state itself is changed before the plan.
 */
function driftBetween(before: ReadonlyMap<string, Json>, plan: Json, addresses: readonly string[]): Json[] {
  const after = new Map(plan.prior_state?.values.root_module.resources.map((each: Json) => [each.address, each]));
  return addresses.map((address) => {
    const [old, young] = [before.get(address), after.get(address) as Json];
    const { values, sensitive_values, schema_version, depends_on, ...resource } = young;
    return {
      ...resource,
      change: {
        actions: ["update"],
        before: old.values,
        after: values,
        after_unknown: {},
        before_sensitive: old.sensitive_values,
        after_sensitive: sensitive_values,
      },
    };
  });
}
