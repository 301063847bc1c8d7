import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type App, type IManifest, Manifest } from "cdktf";

/**
 * cdktf writes down the stacks of one app alone, and each is an app here. `npx cdktf … --skip-synth` knows what is written
 * down: so the other stacks of the folder stay in the list.
 */
export function keepOtherStacks(app: App): void {
  const own = app.node.children.map(({ node }) => node.id);
  for (const [name, stack] of Object.entries(listed(app.outdir).stacks)) {
    if (!own.includes(name)) app.manifest.stacks[name] = stack;
  }
}

/** Takes out of the list what no longer lies in the folder. */
export function forgetMissingStacks(outdir: string): void {
  if (!existsSync(join(outdir, Manifest.fileName))) return;
  const { version, stacks } = listed(outdir);
  const manifest = new Manifest(version, outdir, false);
  Object.assign(manifest.stacks, stacks);
  manifest.writeToFile();
}

/** The stacks that are listed and lie there. A list that cannot be read is none: the next whole synthesis writes it anew. */
function listed(outdir: string): IManifest {
  const { version, stacks } = read(join(outdir, Manifest.fileName));
  const there = Object.entries(stacks).filter(([, { synthesizedStackPath }]) =>
    existsSync(join(outdir, synthesizedStackPath)),
  );
  return { version, stacks: Object.fromEntries(there) };
}

function read(path: string): IManifest {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return { version: "", stacks: {} };
  }
}
