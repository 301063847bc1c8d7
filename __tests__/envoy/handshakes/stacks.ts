import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "cdktf";
import { loadIntents } from "../../../intent/load";
import { EnvironmentStack } from "../../../stacks/environment-stack";
import { BUILD } from "../../support/stack";

const CONFIG = join(__dirname, "../../../config");
const ENVIRONMENT = "preview";
const HANDSHAKE = "handshake: shared-issuer";

/** The example's `preview` under both handshakes: files that Terraform would run, until `remove`. */
export class BothStacks {
  private readonly folder = mkdtempSync(join(tmpdir(), "front-door-handshakes-"));
  /** As its config says. */
  readonly shared = this.synthesize("shared", (config) => config);
  /** With that one word changed. */
  readonly federated = this.synthesize("federated", (config) => config.replace(HANDSHAKE, "handshake: federated"));

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private synthesize(name: string, edit: (config: string) => string): string {
    const config = join(this.folder, `${name}-config`);
    cpSync(CONFIG, config, { recursive: true });
    const file = join(config, `${ENVIRONMENT}.yaml`);
    const text = readFileSync(file, "utf8");
    if (!text.includes(HANDSHAKE)) throw new Error(`config/${ENVIRONMENT}.yaml: expected ${HANDSHAKE}`);
    writeFileSync(file, edit(text));
    const loaded = loadIntents(config);
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems, null, 2));
    const intent = loaded.intents.find(({ environment }) => environment === ENVIRONMENT);
    if (intent === undefined) throw new Error(`config/ has no ${ENVIRONMENT}`);
    const outdir = join(this.folder, name);
    const app = new App({ outdir });
    new EnvironmentStack(app, ENVIRONMENT, { intent, buildFolder: BUILD });
    app.synth();
    return join(outdir, "stacks", ENVIRONMENT, "cdk.tf.json");
  }
}
