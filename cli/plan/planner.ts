import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ENVOY_POLICY_FILE } from "../../contract/envoy/policy";
import { POLICY_FILE } from "../../contract/policy-file";
import { ROTATION_ARCHIVE } from "../../contract/rotation";
import type { Intent } from "../../intent/model/intent";
import { placesOf } from "../../intent/schema/places";
import { changeHash } from "../../packages/terraform-access-review/judge/hash";
import type { ChangeModel } from "../../packages/terraform-access-review/model/change";
import type { SynthesizedState } from "../../packages/terraform-access-review/model/state";
import { changeOfPlan } from "../../packages/terraform-access-review/plan/from-plan";
import { type PlanJson, stateOf } from "../../packages/terraform-access-review/plan/plan-json";
import { PlanError, readPlan } from "../../packages/terraform-access-review/plan/read";
import { isEnvoyConfiguration } from "../../packages/terraform-access-review/terraform-json/secrets";
import { resourcesOf, type StackJson, texts } from "../../packages/terraform-access-review/terraform-json/stack-json";
import { archive, archiveHash } from "../../stacks/aws/function-archive";
import type { Sources } from "../../stacks/shared/sources";
import { projectError } from "../process/command-error";
import { commitsOf, commitsWith, fileAt } from "../process/git";
import { type Json, jsonIn } from "../process/json";
import { CONFIG, PROVIDER_LOCK, stackFolder } from "../process/project";
import type { Origins } from "../review/locate";
import { withRenames } from "../review/renames";
import { stateOf as stateIn, workingTree } from "../review/states";
import { functionBundle, intoOut } from "../synthesis/draft";
import { readIntents, select } from "../synthesis/intents";
import { reviewText } from "../synthesis/review-text";
import { SOURCES_FILE, sourcesInText } from "../synthesis/sources-file";
import { synthesize } from "../synthesis/synthesis";
import { commandTerraform, type TerraformBinary } from "../terraform/binary";
import { TerraformFailure, warningsOf } from "../terraform/failure";
import { newerNotes, type OwnProviders, ownProviders } from "../terraform/own-providers";
import { lockFileOf } from "../terraform/provider-lock";
import { copyStack } from "../terraform/scratch";
import { assertOnlySynthesized, assertRunsNothing, requiredBy } from "../terraform/stack-contents";
import { Terraform } from "../terraform/terraform";
import type { LostObject } from "./lost-objects";
import { hashOf, hashOfConfig, hashOfFile, type Manifest, NO_STATE, type StateId } from "./manifest";
import { locked, PlanFolder } from "./plan-folder";
import { repairable, repairNotes, replacesTainted, type StateFile, untainted } from "./repairs";

/** File names in `.plans/<environment>/`. */
export const FILES = { plan: "plan", change: "change.json", manifest: "manifest.json" } as const;

/** One plan, saved in its folder, and its contents. */
export interface Planned {
  readonly intent: Intent;
  readonly plan: PlanJson;
  readonly head: SynthesizedState;
  /** Where the stack's resources come from, and those of what is deployed. */
  readonly origins: () => Origins;
  readonly model: ChangeModel;
  readonly hash: string;
  /** Hash of the plan file that was read. */
  readonly file: string;
  /** Addresses that the plan takes for untainted. It cannot be applied before they are. */
  readonly repairs: readonly string[];
}

/** A folder for a plan with another state. */
const REPAIR = "repair";
/** Next to the stack while Terraform plans imports. */
const IMPORTS = "lost-objects.tf.json";
const LOCK_FILE = ".terraform.lock.hcl";

interface Head extends Pick<Planned, "head"> {
  readonly sources: () => Sources;
}

function synthesizedNow(intent: Intent): Head {
  const [done] = intoOut((draft) => synthesize([intent], draft));
  return {
    head: stateIn(intent.environment, "config/", (name) => done?.files[name]),
    sources: () => done?.sources ?? new Map(),
  };
}

/**
 * Throws if Terraform would run another stack than the one that people review. The code of main.ts does not run here, so
 * its resources have a file and no line.
 */
function synthesizedBefore(intent: Intent): Head {
  const { environment } = intent;
  const path = join(stackFolder(environment), "cdk.tf.json");
  const tree = workingTree();
  const head = tree.read(environment);
  if (existsSync(path) && reviewText(JSON.parse(readFileSync(path, "utf8"))) === reviewText(head.stack)) {
    return { head, sources: () => tree.sources(environment) };
  }
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
  private readonly sources: Head["sources"];
  private readonly own: OwnProviders;

  /**
   * Synthesizes the environment, so the plan matches the current sources. With `asSynthesized`, plans what is already
   * in `cdktf.out/` and `synthesized/`, as the pipeline has checked it.
   */
  constructor(
    readonly environment: string,
    { asSynthesized = false }: { readonly asSynthesized?: boolean } = {},
  ) {
    this.binary = commandTerraform();
    const intents = readIntents();
    const [intent] = select(intents, [environment]);
    if (intent === undefined) throw new Error(`no intent of ${environment}`);
    this.intent = intent;
    this.others = intents.map((each) => each.environment).filter((name) => name !== environment);
    const { head, sources } = asSynthesized ? synthesizedBefore(intent) : synthesizedNow(intent);
    this.head = head;
    this.sources = sources;
    // Left by a killed run.
    rmSync(join(stackFolder(environment), IMPORTS), { force: true });
    assertOnlySynthesized(environment, stackFolder(environment), this.head.stack);
    this.own = ownProviders();
    assertRunsNothing(environment, { ...this.head.stack }, this.own);
    this.folder = new PlanFolder(environment);
    this.terraform = new Terraform(this.binary, stackFolder(environment));
  }

  async init(): Promise<void> {
    for (const note of newerNotes(this.own)) console.error(`${this.environment}: ${note}`);
    // Left by a killed run. It contains secrets.
    rmSync(this.folder.path(REPAIR), { recursive: true, force: true });
    if (existsSync(PROVIDER_LOCK)) {
      const required = Object.values(requiredBy(this.head.stack));
      writeFileSync(join(this.terraform.folder, LOCK_FILE), lockFileOf(required, this.own.locked));
    }
    await this.connect(this.terraform);
  }

  private async connect(terraform: Terraform): Promise<void> {
    const locked = existsSync(PROVIDER_LOCK) ? ["-lockfile=readonly"] : [];
    await this.step("init", "connecting to state and providers", ["-input=false", "-no-color", ...locked], terraform);
  }

  /**
   * Plans into a file of the folder and reads the plan. `init` runs first. Objects whose create failed, and that
   * Terraform could not replace, are planned as if they were untainted.
   *
   * @param repaired addresses that were untainted for this plan: its report names them again
   */
  async make(
    name: string = FILES.plan,
    options: readonly string[] = [],
    repaired: readonly string[] = [],
  ): Promise<Planned> {
    const made = await this.plan(name, options, repaired).catch((error: unknown) => {
      if (error instanceof TerraformFailure && error.diagnoses.has("never-destroyed")) return error;
      throw error;
    });
    if (!(made instanceof TerraformFailure) && !replacesTainted(made.plan)) return made;
    const state = await this.pull();
    const repairs = state === undefined ? [] : repairable(state, this.head.stack);
    if (state !== undefined && repairs.length > 0) {
      const planned = await this.repaired(untainted(state, repairs), (terraform) =>
        this.plan(name, options, [...repaired, ...repairs], terraform),
      );
      return { ...planned, repairs };
    }
    if (made instanceof TerraformFailure) throw made;
    return made;
  }

  /** Plans with imports of objects that exist and are in no state. The saved plan contains them. */
  async importing(objects: readonly LostObject[]): Promise<Planned> {
    const path = join(this.terraform.folder, IMPORTS);
    writeFileSync(path, JSON.stringify({ import: objects.map(({ address, id }) => ({ to: address, id })) }));
    try {
      return await this.plan(FILES.plan, [], []);
    } finally {
      rmSync(path);
    }
  }

  private async plan(
    name: string,
    options: readonly string[],
    repaired: readonly string[],
    terraform = this.terraform,
  ): Promise<Planned> {
    this.folder.remove(name);
    const out = `-out=${this.folder.path(name)}`;
    const planned = await this.step("plan", "planning", ["-input=false", "-no-color", out, ...options], terraform);
    const warnings = warningsOf(planned);
    if (warnings !== "") console.error(warnings);
    this.folder.close(name);
    return this.read(name, repaired);
  }

  /** Works with a copy of the stack that has this state. The copy is removed, because a state contains secrets. */
  private async repaired<T>(state: StateFile, work: (terraform: Terraform) => Promise<T>): Promise<T> {
    const folder = this.folder.path(REPAIR);
    const path = "terraform.tfstate";
    mkdirSync(folder, { mode: 0o700 });
    try {
      copyStack(this.terraform.folder, folder);
      copyFileSync(join(this.terraform.folder, LOCK_FILE), join(folder, LOCK_FILE));
      const override = { terraform: { backend: { local: { path } } } };
      writeFileSync(join(folder, "state_override.tf.json"), JSON.stringify(override));
      writeFileSync(join(folder, path), JSON.stringify(state), { mode: 0o600 });
      const terraform = new Terraform(this.binary, folder);
      await this.connect(terraform);
      return await work(terraform);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  /** Declares in the state that an object is whole. The clouds do not notice. */
  async untaint(address: string): Promise<void> {
    await this.step("untaint", `untainting ${address}`, ["-no-color", address]);
  }

  /** @param repaired addresses that the plan takes for untainted, or that were untainted for it */
  async read(name: string = FILES.plan, repaired: readonly string[] = []): Promise<Planned> {
    const file = hashOfFile(this.folder.path(name));
    const shown = await this.step("show", "reading the plan", ["-json", this.folder.path(name)]);
    const plan = this.parsed(shown);
    const { state: base, sources: former } = deployedSynthesis(this.environment, plan, this.head);
    const isOwnCode = rotatesWithOwnCode(this.head.stack);
    const head: SynthesizedState = { ...this.head, ...(isOwnCode && { isOwnCode }) };
    const change = withRenames(changeOfPlan(this.environment, plan, { head, base }));
    const model = { ...change, notes: [...repairNotes(repaired), ...change.notes] };
    const { intent, environment } = this;
    const lines = () => placesOf(CONFIG, environment);
    const origins = () => ({ sources: this.sources(), former: former(), lines });
    return { intent, plan, head: this.head, origins, model, hash: changeHash(model), file, repairs: [] };
  }

  /** The current inputs of a plan. */
  async manifest(change: string, repairs: readonly string[]): Promise<Manifest> {
    return {
      version: 1,
      environment: this.environment,
      createdAt: new Date().toISOString(),
      terraform: this.binary.version,
      change,
      repairs,
      plan: hashOfFile(this.folder.path(FILES.plan)),
      config: hashOfConfig(this.others),
      stack: hashOf(readFileSync(join(this.terraform.folder, "cdk.tf.json"))),
      providerLock: hashOfFile(join(this.terraform.folder, ".terraform.lock.hcl")),
      state: await this.state(),
    };
  }

  private async state(): Promise<StateId> {
    const { serial, lineage } = (await this.pull()) ?? NO_STATE;
    return { serial, lineage };
  }

  /** Undefined if there is no state yet. */
  private async pull(): Promise<StateFile | undefined> {
    const pulled = await this.step("state pull", "reading the state", []);
    return pulled.trim() === "" ? undefined : JSON.parse(pulled);
  }

  private parsed(text: string): PlanJson {
    try {
      return readPlan(text);
    } catch (error) {
      if (!(error instanceof PlanError)) throw error;
      throw projectError(`${this.environment}: ${error.message}`);
    }
  }

  private step(command: string, what: string, options: readonly string[], terraform = this.terraform): Promise<string> {
    return terraform.step(this.environment, command, `${this.environment}: ${what}`, options);
  }
}

/** Accepts only an environment of the config, so that no other name can create a folder elsewhere. */
export function planFolderOf(environment: string): PlanFolder {
  select(readIntents(), [environment]);
  return new PlanFolder(environment);
}

/** Name of a second plan, next to one that may be saved for a deploy. */
const COMPARED = "drift";

/** A plan of the current sources against the clouds, which is not saved. */
export function compared(environment: string): Promise<Planned> {
  return locked(environment, planFolderOf(environment), async () => {
    const planner = new Planner(environment);
    await planner.init();
    try {
      return await planner.make(COMPARED, ["-lock=false"]);
    } finally {
      planner.folder.remove(COMPARED);
    }
  });
}

/** The synthesis that is deployed. */
export interface Deployed {
  /** Undefined if no commit has it. */
  readonly state: SynthesizedState | "nothing" | undefined;
  /** Where its resources came from. Empty if that is unknown, or if nothing else is deployed than what is planned. */
  readonly sources: () => Sources;
}

const UNKNOWN = () => new Map();

/**
 * Finds the synthesis that is deployed. The state holds no policy, only the hash of the zip that contains it. The committed
 * `main.tf.json` of the same synthesis has that hash too. If no functions are deployed: the synthesis whose Envoys are, or
 * "nothing".
 */
export function deployedSynthesis(environment: string, plan: PlanJson, head: SynthesizedState): Deployed {
  const deployed = hashesOf(plan);
  if (deployed.length === 0) {
    return synthesisOfEnvoys(environment, plan, head) ?? { state: "nothing", sources: UNKNOWN };
  }
  const [hash, ...others] = deployed;
  // Two hashes: an apply stopped between the two functions, so each decides by a different policy.
  if (hash === undefined || others.length > 0) return { state: undefined, sources: UNKNOWN };
  if (hashIn(head.stack) === hash) return { state: head, sources: UNKNOWN };
  for (const commit of commitsWith(hash, `synthesized/${environment}/main.tf.json`)) {
    const [stack, policy, envoy] = ["main.tf.json", POLICY_FILE, ENVOY_POLICY_FILE].map((name) =>
      jsonIn(committed(environment, commit, name)),
    );
    if (stack !== undefined && policy !== undefined && hashIn(stack) === hash) {
      const state = { stack, policy, ...(envoy !== undefined && { envoy }) };
      return { state, sources: () => committedSources(environment, commit) };
    }
  }
  return { state: undefined, sources: UNKNOWN };
}

function committed(environment: string, commit: string, name: string): string | undefined {
  return fileAt(commit, `synthesized/${environment}/${name}`);
}

function committedSources(environment: string, commit: string): Sources {
  return sourcesInText(committed(environment, commit, SOURCES_FILE));
}

/**
 * The synthesis whose Envoys are deployed, where no function decides. Finds it by their configurations, with any value in
 * place of a reference. That proves nothing: the review itself compares each Envoy with its policy.
 */
function synthesisOfEnvoys(environment: string, plan: PlanJson, head: SynthesizedState): Deployed | undefined {
  const deployed = envoyTexts(stateOf(plan).map(({ values }) => values));
  if (deployed.length === 0) return undefined;
  const isDeployed = ({ stack }: Json) => {
    const texts = envoyTexts(Object.values<Json>(stack?.resource ?? {}).flatMap(Object.values));
    return deployed.every((text) => texts.some((written) => isWrittenAs(text, written)));
  };
  if (isDeployed(head)) return { state: head, sources: UNKNOWN };
  for (const commit of commitsOf(`synthesized/${environment}/${ENVOY_POLICY_FILE}`)) {
    const [stack, envoy] = ["main.tf.json", ENVOY_POLICY_FILE].map((name) =>
      jsonIn(committed(environment, commit, name)),
    );
    if (stack !== undefined && envoy !== undefined && isDeployed({ stack })) {
      return { state: { stack, envoy }, sources: () => committedSources(environment, commit) };
    }
  }
  return undefined;
}

function envoyTexts(bodies: readonly unknown[]): readonly string[] {
  return bodies.flatMap(texts).filter(isEnvoyConfiguration);
}

/** Whether a text has all parts of another one that are between its references, in the same order. */
function isWrittenAs(text: string, written: string): boolean {
  const parts = written.split(/\$\{[^}]*\}/);
  let at = 0;
  return parts.every((part) => {
    const found = text.indexOf(part, at);
    at = found + part.length;
    return found >= 0;
  });
}

/** The distinct zips that the deployed functions run. */
function hashesOf(plan: PlanJson): readonly string[] {
  const functions = stateOf(plan).filter(
    ({ address }) => address === "aws_lambda_function.callers" || address === "aws_lambda_function.public",
  );
  return [...new Set(functions.map(({ values }) => String(values?.source_code_hash)))];
}

function hashIn(stack: Json): unknown {
  return stack?.resource?.aws_lambda_function?.callers?.source_code_hash;
}

/** Whether every function that rotates secrets runs exactly what this checkout builds. */
export function rotatesWithOwnCode(stack: StackJson): boolean {
  const code = functionBundle("rotate-client-secret.mjs");
  const own = code === undefined ? undefined : archiveHash(archive({ "index.mjs": code }));
  return resourcesOf(stack, "aws_lambda_function")
    .filter(({ attributes }) => attributes.filename === ROTATION_ARCHIVE)
    .every(({ attributes }) => attributes.source_code_hash === own);
}
