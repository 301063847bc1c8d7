import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { keepFolder } from "./kept-folder";

/** Ends a process that hangs. An index that does not answer ends pip sooner. */
const MOST_MILLISECONDS = 600_000;

export interface PythonVenvProps {
  /** Start of the folder's name. One environment with this prefix is kept, and others are removed. */
  readonly name: string;
  /** File with pinned packages. */
  readonly requirements: string;
  /** Folder that git ignores. */
  readonly build: string;
  /** Called before packages are downloaded, which takes a while. Not called if there is no Python. Default: none. */
  readonly onFetch?: () => void;
  /** Python that creates the environment. Default: `python3` of the path. */
  readonly python?: string;
}

/**
 * Returns a Python virtual environment with the pinned packages of a requirements file, which is kept until they
 * change. Otherwise returns one line with the reason why there is none: no Python, or an index that cannot be reached.
 */
export function pythonVenv(props: PythonVenvProps): { readonly folder: string } | { readonly missing: string } {
  const { name, requirements, build, onFetch, python = "python3" } = props;
  const hash = createHash("sha256").update(readFileSync(requirements)).digest("hex").slice(0, 16);
  const kept = join(build, `${name}-${hash}`);
  if (existsSync(kept)) return { folder: kept };
  mkdirSync(build, { recursive: true });
  const draft = join(build, `draft-${name}-${process.pid}`);
  const failed = makeVenv(draft, ["-r", requirements], { python, onFetch });
  if (failed !== undefined) {
    rmSync(draft, { recursive: true, force: true });
    return { missing: failed };
  }
  // Python finds its packages relative to its own path, so the folder may move. Only the scripts that pip installs
  // would break.
  keepFolder(draft, kept, `${name}-`);
  return { folder: kept };
}

/**
 * Makes a virtual environment in a folder. Returns one line with the reason why it failed; undefined if it succeeded.
 *
 * @param packages parameters of `pip install`
 */
export function makeVenv(
  folder: string,
  packages: readonly string[],
  { python = "python3", onFetch }: Pick<PythonVenvProps, "python" | "onFetch"> = {},
): string | undefined {
  const own = join(folder, "bin", "python");
  const install = ["install", "--quiet", "--disable-pip-version-check", "--no-deps", ...packages];
  const made = failureOf(python, ["-m", "venv", "--without-pip", folder]);
  if (made !== undefined) return made;
  onFetch?.();
  // Takes two seconds less than a pip in the environment. Python may lack a pip, or have one older than 22.3.
  const failed = failureOf(python, ["-m", "pip", "--python", own, ...install]);
  if (failed === undefined || !/No module named pip|no such option: --python/.test(failed)) return failed;
  return failureOf(python, ["-m", "venv", folder]) ?? failureOf(own, ["-m", "pip", ...install]);
}

/** Returns one line with the reason why a command failed; undefined if it succeeded. */
function failureOf(command: string, args: readonly string[]): string | undefined {
  const done = spawnSync(command, args, { encoding: "utf8", timeout: MOST_MILLISECONDS });
  if (done.status === 0) return undefined;
  const said = done.error?.message ?? done.stderr.trim().split("\n").at(-1);
  return `${command} ${args.slice(0, 2).join(" ")}: ${said}`;
}
