import { readdirSync } from "node:fs";
import { join, sep } from "node:path";

/** The repository. */
export const ROOT = join(__dirname, "..", "..");

/** Starts the proof on two sandbox accounts. */
export const E2E = join(ROOT, "e2e", "run.cjs");

/** Output of `cli/bundle/build.cjs`, and files that tests keep from run to run. */
export const BUILD_FOLDER = join(ROOT, ".build");

/** Names of everything below a folder, relative to it, with `/` on every system. */
export function namesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).map((name) => name.replaceAll(sep, "/"));
}
