import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "cdktf";
import { loadIntents } from "../../../../intent/load";
import { EnvironmentStack } from "../../../../stacks/environment-stack";
import { FUNCTIONS } from "../../../support/functions-folder";
import { SHOP_CONFIG } from "../../../support/shop";
import { PARTNERS } from "./partner-issuer";

const ENVIRONMENT = "preview";
const HANDSHAKE = "handshake: shared-issuer";

/** A second issuer, and routes that only its scopes allow: the rules of `oidc` differ from those of a user pool. */
const EDITS: readonly (readonly [found: string, written: string])[] = [
  ["workforce: null", `workforce: null\n  partners: ${JSON.stringify(PARTNERS.issuer)}`],
  ["POST /orders: { throttle: null }", `POST /orders: { throttle: null }\n${routes(PARTNERS.routes)}`],
];

function routes(scopes: Readonly<Record<string, readonly string[]>>): string {
  return Object.entries(scopes)
    .map(([key, each]) => `      ${key}: ${JSON.stringify({ scopes: each })}`)
    .join("\n");
}

/**
 * The example's `preview`, with one more issuer, under both handshakes, as Terraform files that exist until `remove`.
 */
export class BothStacks {
  private readonly folder = mkdtempSync(join(tmpdir(), "front-door-handshakes-"));
  /** With the handshake of its config. */
  readonly shared = this.synthesize("shared", (config) => config);
  /** With only the handshake changed. */
  readonly federated = this.synthesize("federated", (config) => config.replace(HANDSHAKE, "handshake: federated"));

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private synthesize(name: string, edit: (config: string) => string): string {
    const config = join(this.folder, `${name}-config`);
    cpSync(SHOP_CONFIG, config, { recursive: true });
    const file = join(config, `${ENVIRONMENT}.yaml`);
    const text = readFileSync(file, "utf8");
    for (const part of [HANDSHAKE, ...EDITS.map(([found]) => found)]) {
      if (!text.includes(part)) throw new Error(`config/${ENVIRONMENT}.yaml: expected ${part}`);
    }
    writeFileSync(file, edit(EDITS.reduce((edited, [found, written]) => edited.replace(found, written), text)));
    const loaded = loadIntents(config);
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems, null, 2));
    const intent = loaded.intents.find(({ environment }) => environment === ENVIRONMENT);
    if (intent === undefined) throw new Error(`config/ has no ${ENVIRONMENT}`);
    const outdir = join(this.folder, name);
    const app = new App({ outdir });
    new EnvironmentStack(app, ENVIRONMENT, { intent, buildFolder: FUNCTIONS });
    app.synth();
    return join(outdir, "stacks", ENVIRONMENT, "cdk.tf.json");
  }
}
