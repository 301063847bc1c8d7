import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";

const BUILD = join(__dirname, "../../../.build");
const REQUIREMENTS = join(__dirname, "requirements.txt");
const MOST_MILLISECONDS = 120_000;

/**
 * A Python with the pinned packages, in a folder that git ignores and that is kept until they change; or in one line why
 * there is none: no Python here, or an index that cannot be reached.
 */
export function pythonWithPackages(): { readonly python: string } | { readonly missing: string } {
  const hash = createHash("sha256").update(readFileSync(REQUIREMENTS)).digest("hex").slice(0, 16);
  const kept = join(BUILD, `python-${hash}`);
  const python = join(kept, "bin", "python");
  if (existsSync(python)) return { python };
  const draft = join(BUILD, `draft-python-${process.pid}`);
  const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"];
  const failed =
    failure("python3", ["-m", "venv", draft]) ?? failure(join(draft, "bin", "python"), [...pip, "-r", REQUIREMENTS]);
  if (failed !== undefined) {
    rmSync(draft, { recursive: true, force: true });
    return { missing: failed };
  }
  for (const old of readdirSync(BUILD).filter((name) => name.startsWith("python-"))) {
    rmSync(join(BUILD, old), { recursive: true, force: true });
  }
  // Python finds its packages beside its own path, so the folder may move; only pip's own scripts would not.
  renameSync(draft, kept);
  return { python };
}

function failure(command: string, args: readonly string[]): string | undefined {
  const done = spawnSync(command, args, { encoding: "utf8", timeout: MOST_MILLISECONDS });
  if (done.status === 0) return undefined;
  const said = done.error?.message ?? done.stderr.trim().split("\n").at(-1);
  return `${command} ${args.slice(0, 3).join(" ")}: ${said}`;
}
