import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "cdktf";
import type { Intent } from "../../../intent/model/intent";
import { type Clouds, type CloudsProps, startClouds } from "../../../packages/local-front-door/clouds";
import type { GatewayOptions } from "../../../packages/local-front-door/gateway/shared/api-gateway";
import { declareStacks } from "../../../stacks/front-door";
import { FUNCTIONS } from "../functions-folder";
import { oncePerWorker } from "../once-per-worker";
import { keepRsaKeys } from "../rsa-keys";
import { intentOf } from "../shop";
import { type Change, changed, type EditableDocument } from "./document";

keepRsaKeys();

/** The stacks of the shop's environments as they would be deployed, zip included. */
export class SynthesizedEnvironments {
  private readonly synthesized: string;
  private readonly folder = mkdtempSync(join(tmpdir(), "front-door-environments-"));

  /** @param change of their intent. Default: none */
  constructor(
    readonly names: readonly string[] = ["dev", "staging", "prod"],
    change: (intent: Intent) => Intent = (intent) => intent,
  ) {
    const intents = names.map((name) => change(intentOf(name)));
    const hash = createHash("sha256").update(JSON.stringify(intents)).digest("hex");
    // Removed with the folder of the whole test run.
    this.synthesized = oncePerWorker(`environments ${hash}`, () => synthesize(intents));
  }

  document(environment: string): EditableDocument {
    return JSON.parse(readFileSync(join(this.stackFolder(environment), "cdk.tf.json"), "utf8"));
  }

  /** The clouds of an environment's stack, or of one that differs in some declarations. */
  start(environment: string, ...changes: readonly Change[]): Promise<Clouds> {
    return this.startWith(environment, {}, ...changes);
  }

  /** @param gateway how the gateway differs from what is declared, in addition to not throttling */
  startWith(environment: string, gateway: GatewayOptions, ...changes: readonly Change[]): Promise<Clouds> {
    return this.startDoor(environment, { gateway }, ...changes);
  }

  /** @param door further options, including those of its gateway */
  async startDoor(environment: string, door: Partial<CloudsProps>, ...changes: readonly Change[]): Promise<Clouds> {
    const folder = mkdtempSync(join(this.folder, "changed-"));
    symlinkSync(join(this.stackFolder(environment), "assets"), join(folder, "assets"));
    const stackFile = join(folder, "cdk.tf.json");
    writeFileSync(stackFile, JSON.stringify(changed(this.document(environment), ...changes)));
    return startClouds({ ...door, stackFile, gateway: { throttling: false, ...door.gateway } });
  }

  /** A file of an environment's stack, relative to its folder. */
  path(environment: string, name: string): string {
    return join(this.stackFolder(environment), name);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private stackFolder(environment: string): string {
    return join(this.synthesized, "stacks", environment);
  }
}

function synthesize(intents: readonly Intent[]): string {
  const outdir = mkdtempSync(join(tmpdir(), "front-door-synthesized-"));
  const app = new App({ outdir });
  declareStacks(app, intents, FUNCTIONS);
  app.synth();
  return outdir;
}
