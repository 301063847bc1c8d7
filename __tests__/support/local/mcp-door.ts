import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "cdktf";
import type { Intent } from "../../../intent/model/intent";
import { type Clouds, type CloudsProps, startClouds } from "../../../packages/local-front-door/clouds";
import { declareStacks } from "../../../stacks/front-door";
import { FUNCTIONS } from "../functions-folder";
import { oncePerWorker } from "../once-per-worker";

/** The local front door of one intent, whose services run by these commands. */
export function doorOf(intent: Intent, commands: Readonly<Record<string, string>>, props: Partial<CloudsProps> = {}) {
  const outdir = oncePerWorker(`stack of ${JSON.stringify(intent)}`, () => synthesized(intent));
  const choices = Object.entries(commands).map(([id, command]) => ({ id, answeredBy: { command } }));
  return startClouds({
    stackFile: join(outdir, "stacks", intent.environment, "cdk.tf.json"),
    services: { choices, secrets: new Map(), secretsFile: "", print: () => {} },
    ...props,
  }) satisfies Promise<Clouds>;
}

function synthesized(intent: Intent): string {
  const outdir = mkdtempSync(join(tmpdir(), "front-door-intent-"));
  process.once("exit", () => rmSync(outdir, { recursive: true, force: true }));
  const app = new App({ outdir });
  declareStacks(app, [intent], FUNCTIONS);
  app.synth();
  return outdir;
}
