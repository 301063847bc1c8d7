import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "cdktf";
import type { Intent } from "../../../intent/intent";
import type { GatewayOptions } from "../../../local/api-gateway";
import { type Clouds, startClouds } from "../../../local/clouds";
import { declareStacks } from "../../../main";
import { BUILD, intentOf } from "../../support/stack";
import type { Change, EditableDocument } from "./document";

/** The stacks of this repository's own config as they would be deployed, zip included. */
export class SynthesizedEnvironments {
  private readonly folder = mkdtempSync(join(tmpdir(), "front-door-environments-"));

  /** @param change what their intent is instead. Default: what it is */
  constructor(
    readonly names: readonly string[] = ["dev", "staging", "prod"],
    change: (intent: Intent) => Intent = (intent) => intent,
  ) {
    const app = new App({ outdir: join(this.folder, "out") });
    declareStacks(
      app,
      names.map((name) => change(intentOf(name))),
      BUILD,
    );
    app.synth();
  }

  document(environment: string): EditableDocument {
    return JSON.parse(readFileSync(join(this.stackFolder(environment), "cdk.tf.json"), "utf8"));
  }

  /** The clouds of an environment's stack, or of one that differs in some declarations. */
  start(environment: string, ...changes: readonly Change[]): Promise<Clouds> {
    return this.startWith(environment, {}, ...changes);
  }

  /** @param gateway how the gateway differs from what is declared, beside that it does not throttle */
  async startWith(environment: string, gateway: GatewayOptions, ...changes: readonly Change[]): Promise<Clouds> {
    const document = this.document(environment);
    for (const change of changes) change(document);
    const changed = mkdtempSync(join(this.folder, "changed-"));
    symlinkSync(join(this.stackFolder(environment), "assets"), join(changed, "assets"));
    writeFileSync(join(changed, "cdk.tf.json"), JSON.stringify(document));
    return startClouds({ stackFile: join(changed, "cdk.tf.json"), gateway: { throttling: false, ...gateway } });
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private stackFolder(environment: string): string {
    return join(this.folder, "out", "stacks", environment);
  }
}
