import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, symlinkSync } from "node:fs";
import { basename, join } from "node:path";
import { oncePerRun } from "../../../support/once-per-run";
import { ROOT } from "../../../support/places";

/** The commit of version 0.1.0, whose package has hooks of npm for packing. */
export const PREVIOUS_COMMIT = "f9c64686";

/**
 * Copies the tarball of the previous release, 0.1.0, into a folder, and returns its path. Its sources are those of its
 * commit, and its packages are today's. The first test file of a run packs it.
 *
 * @returns why there is none in a clone without that commit
 */
export function previousRelease(destination: string): { readonly missing: string } | { readonly tarball: string } {
  const { status } = spawnSync("git", ["cat-file", "-e", `${PREVIOUS_COMMIT}^{commit}`], {
    cwd: ROOT,
    stdio: "ignore",
  });
  if (status !== 0) return { missing: `git has no commit ${PREVIOUS_COMMIT}, version 0.1.0: the clone is shallow` };
  const release = oncePerRun("previous-release", packed);
  const tarball = join(destination, basename(release));
  mkdirSync(destination, { recursive: true });
  copyFileSync(release, tarball);
  return { tarball };
}

/** @returns the tarball's path */
function packed(folder: string): string {
  const sources = join(folder, "sources");
  mkdirSync(sources);
  const archive = execFileSync("git", ["archive", PREVIOUS_COMMIT], { cwd: ROOT, maxBuffer: 2 ** 28 });
  execFileSync("tar", ["-x", "-C", sources], { input: archive });
  symlinkSync(join(ROOT, "node_modules"), join(sources, "node_modules"));
  const pack = ["pack", "--silent", "--ignore-scripts=false", `--pack-destination=${folder}`];
  const printed = execFileSync("npm", pack, { cwd: sources, stdio: ["ignore", "pipe", "pipe"], encoding: "utf8" });
  return join(folder, printed.trim().split("\n").at(-1) ?? "");
}
