import { existsSync, readdirSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { CommandError, EXIT } from "./command-error";
import { readIntents, select } from "./intents";
import { OUT, ROOT, SYNTHESIZED } from "./project";
import { summarize } from "./summary";
import { type SynthesizedEnvironment, synthesize } from "./synthesis";
import { unmountedSecrets } from "./unmounted-secrets";
import { isFresh, writeWhole } from "./write-files";

export interface SynthOptions {
  /** Only say whether `synthesized/` is what the sources give; write nothing there. */
  readonly check?: boolean;
}

/** `npm run synth [-- env…]`: config to Terraform, for these environments or for all. */
export function synth(names: readonly string[], options: SynthOptions): void {
  const intents = readIntents();
  const chosen = select(intents, names);
  const done = synthesize(chosen);
  const gone = names.length > 0 ? [] : leftOvers(intents.map(({ environment }) => environment));
  if (options.check) {
    assertFresh(done, gone);
    return;
  }
  for (const folder of gone) rmSync(folder, { recursive: true });
  for (const environment of done) report(environment, write(environment));
  for (const folder of gone) console.log(`removed ${relative(ROOT, folder)}: no environment has this name any more`);
}

function write({ intent, files }: SynthesizedEnvironment): string[] {
  return Object.entries(files).map(([name, text]) => {
    const path = join(SYNTHESIZED, intent.environment, name);
    writeWhole(path, text);
    return relative(ROOT, path);
  });
}

function report({ intent, stack, milliseconds }: SynthesizedEnvironment, written: readonly string[]): void {
  const { aws, google, routes, grants } = summarize(stack);
  console.log(
    `${intent.environment}: ${aws} resources in AWS, ${google} in Google; ${routes} routes, ${grants} grants; ${milliseconds} ms`,
  );
  console.log(`    wrote ${[...written, `cdktf.out/stacks/${intent.environment}/cdk.tf.json`].join(", ")}`);
  for (const secret of unmountedSecrets(intent)) console.log(`    ${secret}`);
}

/** Folders of environments whose config file is gone. */
function leftOvers(environments: readonly string[]): string[] {
  return [SYNTHESIZED, join(OUT, "stacks")]
    .filter((parent) => existsSync(parent))
    .flatMap((parent) => readdirSync(parent).map((name) => ({ name, folder: join(parent, name) })))
    .filter(({ name }) => !environments.includes(name))
    .map(({ folder }) => folder);
}

function assertFresh(done: readonly SynthesizedEnvironment[], gone: readonly string[]): void {
  const stale = done.flatMap(({ intent, files }) =>
    Object.entries(files)
      .map(([name, text]) => ({ path: join(SYNTHESIZED, intent.environment, name), text }))
      .filter(({ path, text }) => !isFresh(path, text))
      .map(({ path }) => path),
  );
  const wrong = [...stale, ...gone.filter((folder) => folder.startsWith(SYNTHESIZED))].map((path) =>
    relative(ROOT, path),
  );
  if (wrong.length === 0) return;
  throw new CommandError(`not what the sources give: ${wrong.join(", ")}\n    renew with: npm run synth`, EXIT.failed);
}
