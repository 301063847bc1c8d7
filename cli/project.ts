import { join } from "node:path";
import { projectFolder } from "./bundle/places.cjs";
import { CommandError, EXIT } from "./process/command-error";

/** Where the program lies: one above `cli/`, and above the folder of its bundle. */
export const PACKAGE = join(__dirname, "..");

/** The project: the nearest folder, upward from where the command was called, that holds `cdktf.json`. */
export const ROOT = projectFolder(process.cwd()) ?? process.cwd();

/** @throws CommandError where the command was called outside a project */
export function requireProject(): void {
  if (projectFolder(process.cwd()) !== undefined) return;
  throw new CommandError(
    `${process.cwd()}: got no cdktf.json here or in a folder above, expected a project\n` +
      "    change to its folder, or make one with: npx cloud-front-door init",
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
