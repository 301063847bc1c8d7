import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { changedFiles, fileAt } from "../process/git";
import { type Json, jsonIn } from "../process/json";
import { NAME } from "../process/origin";
import { ROOT } from "../process/project";

/** Another version of this program than in a commit. */
export interface ProgramChange {
  readonly from: string;
  readonly to: string;
  /** Files that differ too, and may change the stacks. If there are none, this program alone changes them. */
  readonly others: readonly string[];
}

/** Files that an upgrade writes, and texts that no stack depends on. */
const OF_UPGRADE =
  /^(synthesized\/|vendor\/|\.github\/|config\/(\w+\.)?schema\.json$|providers\.lock\.hcl$|(package-lock\.json|pnpm-lock\.yaml|yarn\.lock)$|[^/]+\.md$)/;

/**
 * Undefined if the commit has the same version of this program.
 *
 * @param isRenamed whether a file differs by nothing but renamed keys. Default: none does
 */
export function programChange(
  commit: string,
  isRenamed: (path: string) => boolean = () => false,
): ProgramChange | undefined {
  const manifest = join(ROOT, "package.json");
  if (!existsSync(manifest)) return undefined;
  const now = readFileSync(manifest, "utf8");
  const [before, after] = [fileAt(commit, "package.json"), now].map(jsonIn);
  const [from, to] = [before, after].map(versionIn);
  if (from === undefined || to === undefined || from === to) return undefined;
  const isSame = (path: string) =>
    OF_UPGRADE.test(path) ||
    (path === "package.json" ? isDeepStrictEqual(withoutProgram(before), withoutProgram(after)) : isRenamed(path));
  return { from, to, others: changedFiles(commit).filter((path) => !isSame(path)) };
}

/** `0.3.0`, also of a tarball. */
function versionIn(manifest: Json): string | undefined {
  const asked: unknown = manifest?.dependencies?.[NAME];
  return typeof asked === "string" ? (/\d+\.\d+\.\d+(-[\w.-]+?)?(?=\.tgz$|$)/.exec(asked)?.[0] ?? asked) : undefined;
}

function withoutProgram({ scripts: _, dependencies, ...rest }: Json): Json {
  return { ...rest, dependencies: { ...dependencies, [NAME]: undefined } };
}

/** A heading that says so, if the program alone changes an environment. */
export function titleOf(environment: string, change: ProgramChange | undefined): string {
  if (change === undefined || change.others.length > 0) return environment;
  return `${environment}, this program's own change from ${change.from} to ${change.to}`;
}
