import { execFileSync, spawnSync } from "node:child_process";
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { oncePerRun } from "../../../support/once-per-run";
import { ROOT } from "../../../support/places";

/** Packs one of the packages, as `npm run pack` does. Returns the tarball's name. */
export function packedInto(destination: string, name: string): string {
  const pack = ["run", "--silent", "pack", "--", name, `--pack-destination=${destination}`];
  return execFileSync("npm", pack, { cwd: ROOT, stdio: ["ignore", "pipe", "pipe"], encoding: "utf8" }).trim();
}

/** Returns the tarball's path. */
function packed(destination: string): string {
  return join(destination, packedInto(destination, "cloud-front-door"));
}

/** Copies this release's tarball into a folder. The first test file of a run packs it. Returns its name. */
export function packedRelease(destination: string): string {
  const release = oncePerRun("release", packed);
  mkdirSync(destination, { recursive: true });
  copyFileSync(release, join(destination, basename(release)));
  return basename(release);
}

/** What a project of `init` does not have: packages of provider classes. */
const NOT_INSTALLED = [".bin", "cloud-front-door", "@cdktf"];

/**
 * Unpacks the package's tarball where npm would, next to the packages that exist here already. No registry is called.
 *
 * @param folder the project. Its `node_modules/` is made here
 */
export function unpacked(tarball: string, folder: string): void {
  const modules = join(folder, "node_modules");
  const [home, bin, here] = [join(modules, "cloud-front-door"), join(modules, ".bin"), join(ROOT, "node_modules")];
  for (const made of [home, bin]) mkdirSync(made, { recursive: true });
  execFileSync("tar", ["-xzf", tarball, "--strip-components=1", "-C", home]);
  for (const name of readdirSync(here)) {
    if (!NOT_INSTALLED.includes(name)) symlinkSync(join(here, name), join(modules, name));
  }
  for (const name of readdirSync(join(here, ".bin"))) {
    if (name !== "front-door") symlinkSync(join(here, ".bin", name), join(bin, name));
  }
  symlinkSync(join(home, "cli", "run.cjs"), join(bin, "front-door"));
}

const { dependencies } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));

/**
 * Makes hard links to the repository's copies of what the package depends on, which npm would otherwise unpack. On
 * a system that has no such links, npm unpacks them.
 *
 * @param folder the project, before npm installs anything
 * @param more names of other packages that the project depends on
 */
export function linkDependencies(folder: string, more: readonly string[] = []): void {
  const modules = join(folder, "node_modules");
  mkdirSync(modules, { recursive: true });
  const names = [...Object.keys(dependencies), "cdktf", "constructs", "@esbuild", ...more];
  const { status } = spawnSync("cp", ["-al", "--parents", ...names, modules], { cwd: join(ROOT, "node_modules") });
  if (status !== 0) rmSync(modules, { recursive: true });
}

/** A folder outside the repository into which npm installs packages. */
export class InstalledProject {
  readonly folder = mkdtempSync(join(tmpdir(), "front-door-installed-"));

  path(...parts: readonly string[]): string {
    return join(this.folder, ...parts);
  }

  read(...parts: readonly string[]): string {
    return readFileSync(this.path(...parts), "utf8");
  }

  /** Replaces a part of a file, which must have it. */
  edit(file: string, from: string | RegExp, to: string): void {
    edited(this.path(file), from, to);
  }

  /** `npx front-door <command>`. */
  run(...args: readonly string[]) {
    const bin = this.path("node_modules", ".bin", "front-door");
    const { status, stdout, stderr } = spawnSync(bin, args, { cwd: this.folder, encoding: "utf8" });
    return { code: status, out: stdout, error: stderr };
  }

  /** @throws where the command fails */
  call(command: string, ...args: readonly string[]): string {
    return execFileSync(command, args, { cwd: this.folder, stdio: "pipe", encoding: "utf8" });
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Replaces a part of a file, which must have it. `$1` and `$&` have their meaning for an expression. */
export function edited(path: string, from: string | RegExp, to: string): void {
  const text = readFileSync(path, "utf8");
  if (!(typeof from === "string" ? text.includes(from) : from.test(text))) throw new Error(`${path} has no ${from}`);
  // As a function, because `$` is also special in the replacement of a text.
  writeFileSync(path, typeof from === "string" ? text.replace(from, () => to) : text.replace(from, to));
}
