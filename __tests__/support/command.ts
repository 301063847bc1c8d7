import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { ROOT } from "./places";

const { restamp } = require("../harness/restamp.cjs") as { restamp(folder: string): void };

interface ShopSources {
  /** The tests' own project, synthesized; see `harness/shop-project.cjs`. */
  readonly SHOP_PROJECT: string;
  /** Folders of its sources, with most of its files. */
  readonly SOURCES: readonly string[];
}
const shared = require("../harness/shop-sources.cjs") as ShopSources;
export const { SHOP_PROJECT } = shared;

/** The state's path after `keepStateHere`. */
export const STATE = "state/dev.tfstate";

/** With this, a deploy does not ask Google with the credentials of the machine whether they may read the images. */
const NO_GCLOUD = { GOOGLE_OAUTH_ACCESS_TOKEN: "of-no-account" };

const KEPT_KEYS = ["--require", join(__dirname, "preloaded-keys.cjs")];

/**
 * Parameters of Node that run a command. A local front door gets kept RSA keys.
 *
 * @param program default: that of the project, which must be the current folder
 */
export function commandLine(args: readonly string[], program = "cli/run.cjs"): readonly string[] {
  return [...(args[0] === "local" ? KEPT_KEYS : []), program, ...args];
}

/** A copy of the tests' own project that a test may break, with the packages of the repository. */
export class ProjectCopy {
  readonly folder = mkdtempSync(join(tmpdir(), "front-door-project-"));

  /**
   * @param sources `linked` for a test that changes no source: hard links take a tenth of the processor time of 800 new
   * files
   * @param from the project; of the tests' own, `cdktf.out/` is left out
   */
  constructor(sources: "copied" | "linked" = "copied", from = SHOP_PROJECT) {
    const leftOut = from === SHOP_PROJECT ? ["cdktf.out", "node_modules"] : [];
    const parts = readdirSync(from).filter((name) => !leftOut.includes(name));
    const paths = (names: readonly string[]) => names.map((name) => join(from, name));
    const linked = sources === "linked" && isLinked(paths(shared.SOURCES), this.folder) ? shared.SOURCES : [];
    copy(paths(parts.filter((name) => !linked.includes(name))), this.folder);
    if (from === SHOP_PROJECT) symlinkSync(join(ROOT, "node_modules"), this.path("node_modules"), "junction");
    restamp(join(this.folder, ".build"));
  }

  path(...parts: readonly string[]): string {
    return join(this.folder, ...parts);
  }

  /** `npm run <command>` without npm's own lines. */
  run(args: readonly string[], environment: NodeJS.ProcessEnv = {}) {
    const done = spawnSync(process.execPath, commandLine(args), {
      cwd: this.folder,
      env: { ...process.env, ...NO_GCLOUD, GITHUB_ACTIONS: "", ...environment },
      encoding: "utf8",
    });
    return { code: done.status, out: done.stdout, error: done.stderr };
  }

  /** Keeps the state of dev in the project, so that stand-in providers plan and apply it with no account. */
  keepStateHere(): void {
    this.edit("dev.yaml", /^state:.*\n(?: .*\n)+/m, `state: { path: ${STATE} }\n`);
    // A pipeline cannot reach such a state, so the environment leaves the bootstrap.
    if (existsSync(this.path("config/bootstrap.yaml"))) this.edit("bootstrap.yaml", /^ {2}dev:\n(?: {4}.*\n)+/m, "");
    this.synthesize();
  }

  protected synthesize(): void {
    const { code, error } = this.run(["synth"]);
    if (code !== 0) throw new Error(error);
  }

  /** Replaces a part of a file of config/, which must have it. */
  edit(file: string, from: string | RegExp, to: string): void {
    const path = this.path("config", file);
    const text = readFileSync(path, "utf8");
    if (!(typeof from === "string" ? text.includes(from) : from.test(text))) throw new Error(`${file} has no ${from}`);
    // A function, because `$` is special in a replacement string.
    writeFileSync(
      path,
      text.replace(from, () => to),
    );
  }

  remove(): void {
    // Windows refuses to remove the files of a process that is still ending.
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** Makes hard links of folders; false if their file system has none, or the target is on another one. */
function isLinked(paths: readonly string[], target: string): boolean {
  return spawnSync("cp", ["-RPl", ...paths, target], { stdio: "ignore" }).status === 0;
}

function copy(paths: readonly string[], target: string): void {
  if (process.platform === "win32") {
    for (const path of paths) cpSync(path, join(target, basename(path)), { recursive: true });
    return;
  }
  // As a process, because Node's own copy of 800 files takes twice the processor time.
  const { status, stderr, error } = spawnSync("cp", ["-RP", ...paths, target], { encoding: "utf8" });
  if (status !== 0) throw error ?? new Error(stderr);
}
