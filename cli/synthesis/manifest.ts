import { existsSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { type App, type IManifest, Manifest } from "cdktf";
import { jsonIn } from "../process/json";

/**
 * Keeps the folder's other stacks in the list. cdktf lists only one app's stacks, and each stack is an app here. `npx
 * cdktf … --skip-synth` knows only the stacks in the list.
 */
export function keepOtherStacks(app: App): void {
  const own = app.node.children.map(({ node }) => node.id);
  for (const [name, stack] of Object.entries(listed(app.outdir).stacks)) {
    if (!own.includes(name)) app.manifest.stacks[name] = stack;
  }
}

/** Replaces a folder's list with a draft's, with or without the other stacks in the folder. */
export function moveManifest(draft: string, out: string, stacks: "others stay" | "these alone"): void {
  const own = read(join(draft, Manifest.fileName));
  const manifest = new Manifest(own.version, draft, false);
  Object.assign(manifest.stacks, stacks === "others stay" ? listed(out).stacks : {}, own.stacks);
  manifest.writeToFile();
  renameSync(join(draft, Manifest.fileName), join(out, Manifest.fileName));
}

/**
 * The stacks that are listed and exist. An unreadable list counts as empty: the next whole synthesis writes it again.
 */
function listed(outdir: string): IManifest {
  const { version, stacks } = read(join(outdir, Manifest.fileName));
  const there = Object.entries(stacks).filter(([, { synthesizedStackPath }]) =>
    existsSync(join(outdir, synthesizedStackPath)),
  );
  return { version, stacks: Object.fromEntries(there) };
}

function read(path: string): IManifest {
  const text = existsSync(path) ? readFileSync(path, "utf8") : "";
  return jsonIn(text) ?? { version: "", stacks: {} };
}
