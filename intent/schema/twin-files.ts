import { BASE_FILE, configFiles, overlayFile } from "../source/environments";
import type { LocatedMap } from "../source/located";
import { mergePatch } from "../source/merge";
import { parseFile } from "../source/parse-file";
import { listFiles } from "../source/read";

/** The environment whose twin a file declares, as the file writes it; undefined if it declares none. */
export function primaryOf(tree: LocatedMap | undefined): string | undefined {
  const named = tree?.entries.get("twinOf");
  return named?.kind === "scalar" && typeof named.value === "string" ? named.value : undefined;
}

/**
 * base.yaml, for a twin the file of its primary, and the environment's own file, merged. Nothing is checked.
 *
 * @returns undefined if one of the files cannot be read
 */
export function mergedFiles(configDir: string, environment: string): LocatedMap | undefined {
  const own = parseFile(configDir, overlayFile(environment)).tree;
  const primary = primaryOf(own);
  const before = [BASE_FILE, ...(primary === undefined ? [] : [overlayFile(primary)])];
  const trees = [...before.map((file) => parseFile(configDir, file).tree), own];
  return trees.reduce((one, other) => one && other && (mergePatch(one, other) as LocatedMap));
}

/**
 * The environment, then those of its front door in other regions, also if config has problems.
 *
 * @returns also their primary, and the environments that may be of that front door: their files cannot be read, or name
 * no environment as their primary
 */
export function twinsOf(configDir: string, environment: string) {
  const { environments } = configFiles(listFiles(configDir) ?? []);
  const named = environments.map((name) => {
    const { tree } = parseFile(configDir, overlayFile(name));
    const primary = primaryOf(tree);
    const isRead =
      tree !== undefined && (primary === undefined ? !tree.entries.has("twinOf") : environments.includes(primary));
    return { name, primary: primary ?? name, isRead };
  });
  const own = named.find(({ name }) => name === environment)?.primary;
  const others = named.filter(({ name, primary }) => name !== environment && primary === own);
  const unread = named.filter(({ isRead }) => !isRead).map(({ name }) => name);
  return { all: [environment, ...others.map(({ name }) => name)], primary: own ?? environment, unread };
}
