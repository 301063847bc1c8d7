import { join } from "node:path";
import { CommandError, EXIT } from "./command-error";
import { folderWith, projectFolder } from "./places.cjs";

/** Where the program lies: above this source, and above the bundle of it. */
export const PACKAGE = folderWith("package.json", __dirname) ?? __dirname;

/** The project: the nearest folder, upward from where the command was called, that holds `cdktf.json`. */
export const ROOT = projectFolder() ?? process.cwd();

/** @throws CommandError where the command was called outside a project */
export function requireProject(): void {
  if (projectFolder() !== undefined) return;
  throw new CommandError(
    `${process.cwd()}: got no cdktf.json here or in a folder above, expected a project\n` +
      "    change to its folder, or make one with: front-door init",
    EXIT.usage,
  );
}

/** What people edit. */
export const CONFIG = join(ROOT, "config");

/** What can be made again: bundles, tools, files of an open local front door. */
export const BUILD = join(ROOT, ".build");

/** The stacks as Terraform runs them. */
export const OUT = join(ROOT, "cdktf.out");

/** The stacks as people review them. */
export const SYNTHESIZED = join(ROOT, "synthesized");

/** Checksums of the providers, for every stack. `npm run lock` writes the file. */
export const PROVIDER_LOCK = join(ROOT, "providers.lock.hcl");

/** Saved plans, which hold secrets: never committed. */
export const PLANS = join(ROOT, ".plans");

/** Folder in which Terraform runs one environment. */
export function stackFolder(environment: string): string {
  return join(OUT, "stacks", environment);
}
