import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";

const BUILD = join(__dirname, "../../.build");
const MOST_MILLISECONDS = 120_000;

/**
 * A virtual environment of Python with the pinned packages of a requirements file, in a folder that git ignores and that
 * is kept until they change; or in one line why there is none: no Python here, or an index that cannot be reached.
 */
export function pythonVenv(
  name: string,
  requirements: string,
): { readonly folder: string } | { readonly missing: string } {
  const hash = createHash("sha256").update(readFileSync(requirements)).digest("hex").slice(0, 16);
  const kept = join(BUILD, `${name}-${hash}`);
  if (existsSync(kept)) return { folder: kept };
  mkdirSync(BUILD, { recursive: true });
  const draft = join(BUILD, `draft-${name}-${process.pid}`);
  const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"];
  const failed =
    failureOf("python3", ["-m", "venv", draft]) ??
    failureOf(join(draft, "bin", "python"), [...pip, "-r", requirements]);
  if (failed !== undefined) {
    rmSync(draft, { recursive: true, force: true });
    return { missing: failed };
  }
  // Several test files want it at once, each in a process of its own: whoever comes second must not take it away.
  if (existsSync(kept)) {
    rmSync(draft, { recursive: true, force: true });
    return { folder: kept };
  }
  for (const old of readdirSync(BUILD).filter((each) => each.startsWith(`${name}-`))) {
    rmSync(join(BUILD, old), { recursive: true, force: true });
  }
  // Python finds its packages beside its own path, so the folder may move; only pip's own scripts would not.
  renameSync(draft, kept);
  return { folder: kept };
}

/** In one line why a command did not end well; undefined if it did. */
export function failureOf(command: string, args: readonly string[]): string | undefined {
  const done = spawnSync(command, args, { encoding: "utf8", timeout: MOST_MILLISECONDS });
  if (done.status === 0) return undefined;
  const said = done.error?.message ?? done.stderr.trim().split("\n").at(-1);
  return `${command} ${args.slice(0, 3).join(" ")}: ${said}`;
}
