import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { type App, type IManifest, Manifest } from "cdktf";
import { doorFolder, removeLeftFolders } from "../../packages/local-front-door/processes/door-folders";
import { jsonIn } from "../process/json";
import { heldLock, releaseLock, takeLock } from "../process/process-lock";
import { OUT, shownPath } from "../process/project";

/** A folder for one process's synthesis, so that no other command sees an incomplete one. */
export interface Draft {
  /** cdktf's output, as `cdktf.out/` will be. */
  readonly out: string;
  /** The bundled functions, and the archives made of them. */
  readonly functions: string;
}

/** How long a command waits for another one that moves its stacks into place, which takes milliseconds. */
const LONGEST_WAIT_MS = 10_000;
const PAUSE_MS = 10;

/**
 * Calls back with a folder for a synthesis, and removes it afterwards. Also removes the folders of killed processes.
 *
 * @param parent default: the system's folder for temporary files
 */
export function inDraft<T>(work: (draft: Draft) => T, parent = tmpdir()): T {
  mkdirSync(parent, { recursive: true });
  removeLeftFolders(parent);
  const folder = doorFolder("synthesis", parent);
  try {
    const draft = { out: join(folder, "out"), functions: join(folder, "functions") };
    mkdirSync(draft.out);
    layFunctionBundles(draft.functions);
    return work(draft);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Synthesizes through these calls and moves the stacks into `cdktf.out/`. Other stacks in `cdktf.out/` stay. */
export function intoOut<T>(work: (draft: Draft) => T): T {
  return inDraft((draft) => {
    const made = work(draft);
    exclusively(OUT, () => moveStacks(draft, OUT, "others stay"));
    return made;
  }, OUT);
}

/**
 * Moves a draft's stacks into a folder file by file, so that each file is always complete. The caller must hold the
 * lock.
 */
export function moveStacks(draft: Draft, out: string, listed: "others stay" | "these alone"): void {
  const stacks = readdirSync(join(draft.out, "stacks"));
  // The files that a stack refers to arrive before the stack.
  const files = filesIn(join(draft.out, "stacks")).sort((a, b) => Number(isStack(a)) - Number(isStack(b)));
  const targets = files.map((file) => join(out, relative(draft.out, file)));
  for (const [index, file] of files.entries()) {
    const target = targets[index] as string;
    mkdirSync(dirname(target), { recursive: true });
    renameSync(file, target);
  }
  // Archives of functions that an earlier synthesis had. Every command would refuse the folder with them.
  for (const file of stacks.flatMap((stack) => filesIn(join(out, "stacks", stack, "assets")))) {
    if (!targets.includes(file)) rmSync(file);
  }
  moveManifest(draft.out, out, listed);
}

function filesIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { withFileTypes: true, recursive: true });
  return entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
}

function isStack(path: string): boolean {
  return path.endsWith("cdk.tf.json");
}

/** Runs work while no other command changes the folder or the files written with it. Waits ten seconds at most. */
export function exclusively<T>(folder: string, work: () => T): T {
  const lock = join(folder, "front-door.lock");
  const start = performance.now();
  for (let holder = takeLock(lock); holder !== undefined; holder = takeLock(lock)) {
    if (performance.now() - start > LONGEST_WAIT_MS) {
      throw heldLock(holder, (process) => `${shownPath(folder)}/: ${process} has been writing there for ten seconds`);
    }
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
  }
  try {
    return work();
  } finally {
    releaseLock(lock);
  }
}

/** The bundles that functions are zipped from, by file name, such as `authorizer.mjs`. */
export type FunctionBundles = Readonly<Record<string, Uint8Array>>;

let bundles: FunctionBundles = {};

/**
 * Takes the exact bytes that `cli/bundle/build.cjs` has checked or made, even if files in `.build/` change meanwhile.
 */
export function useFunctionBundles(given: FunctionBundles): void {
  bundles = given;
}

/** A bundle as text; undefined if this process has none of this name. */
export function functionBundle(name: string): string | undefined {
  const bytes = Object.hasOwn(bundles, name) ? bundles[name] : undefined;
  return bytes && Buffer.from(bytes).toString("utf8");
}

/** Writes the bundles into a synthesis folder, where the archives are made too. */
function layFunctionBundles(folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const [name, bytes] of Object.entries(bundles)) writeFileSync(join(folder, name), bytes);
}

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
function moveManifest(draft: string, out: string, stacks: "others stay" | "these alone"): void {
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
