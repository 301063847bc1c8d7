import { join } from "node:path";

/** The project's folder, one above both `cli/` and the bundle in `.build/`. */
export const ROOT = join(__dirname, "..");

/** What people edit. */
export const CONFIG = join(ROOT, "config");

/** The bundled functions; see `cli/bundle/build.cjs`. */
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
