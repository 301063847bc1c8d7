import path, { join } from "node:path";
import { usageError } from "./command-error";
import { folderWith, projectFolder } from "./places.cjs";

/** The program's folder: above this source, and above its bundle. */
export const PACKAGE = folderWith("package.json", __dirname) ?? __dirname;

/** The project: the nearest folder with a `cdktf.json`, from the current folder upward. */
export const ROOT = projectFolder() ?? process.cwd();

/** @throws CommandError if the command was called outside a project */
export function requireProject(): void {
  if (projectFolder() !== undefined) return;
  throw usageError(
    `${process.cwd()}: got no cdktf.json here or in a folder above, expected a project`,
    "change to a project's folder, or make a project with: front-door init",
  );
}

/**
 * A path as it is printed and written, with `/` on every system.
 *
 * @param from folder that it is relative to. Default: the project
 */
export function shownPath(
  file: string,
  from = ROOT,
  { relative, sep }: Pick<path.PlatformPath, "relative" | "sep"> = path,
): string {
  return relative(from, file).replaceAll(sep, "/");
}

/** Files that people edit. */
export const CONFIG = join(ROOT, "config");

/** Files that can be regenerated: bundles, tools, files of an open local front door. */
export const BUILD = join(ROOT, ".build");

/** The stacks as Terraform runs them. */
export const OUT = join(ROOT, "cdktf.out");

/** The stacks as people review them. */
export const SYNTHESIZED = join(ROOT, "synthesized");

/** Checksums of the providers, for all stacks. `npx front-door lock` writes the file. */
export const PROVIDER_LOCK = join(ROOT, "providers.lock.hcl");

/** Saved plans, which hold secrets: never committed. */
export const PLANS = join(ROOT, ".plans");

/** Folder in which Terraform runs one environment. */
export function stackFolder(environment: string): string {
  return join(OUT, "stacks", environment);
}
