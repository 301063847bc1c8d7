import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { PACKAGE, shownPath } from "./project";

/**
 * Where this copy of the program comes from: a clone of its repository; a tarball; the registry, into a project; or the
 * registry, into npx's cache.
 */
export type Origin = "clone" | "tarball" | "registry" | "npx";

export const { name: NAME, version: VERSION } = readManifest(PACKAGE);

/**
 * Read from the manifest of the folder into which the package is installed. It names a version only if the package was
 * installed by name. Without such a manifest, the copy counts as one from a tarball.
 *
 * @param folder the package's
 */
export function originOf(folder: string = PACKAGE): Origin {
  if (existsSync(join(folder, "cli", "program.ts"))) return "clone";
  const { dependencies, devDependencies, _npx } = readManifest(join(folder, "..", ".."));
  const asked: string = { ...dependencies, ...devDependencies }[NAME] ?? "";
  if (!/^[~^]?\d/.test(asked)) return "tarball";
  return _npx === undefined ? "registry" : "npx";
}

/** Where this copy's documentation is, for a person. npx's cache is no place to point to: the project has the same files. */
export function documentation(from: string, folder: string = PACKAGE): string {
  const isCached = readManifest(join(folder, "..", ".."))._npx !== undefined;
  const place = join("docs", "index.md");
  return isCached ? shownPath(join(from, "node_modules", NAME, place), from) : shownPath(join(folder, place), from);
}

function readManifest(folder: string) {
  const path = join(folder, "package.json");
  return existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : {};
}
