import { compareProblems, type Problem } from "../model/problem";
import { overlayFile } from "../source/environments";
import type { Finding } from "../source/finding";
import type { Origin } from "../source/located";
import { documentedPlace } from "./reference";

export interface EnvironmentFindings {
  readonly environment: string;
  readonly findings: readonly Finding[];
}

/**
 * Merges the findings of all environments, so that each fault is reported once. A fault inherited from the base file is
 * one problem there. If it concerns only some environments, the problem names them.
 */
export function collapse(perEnvironment: readonly EnvironmentFindings[]): Problem[] {
  const all = perEnvironment.length;
  const orphans = orphansIn(perEnvironment);
  const affected = new Map<string, number>();
  for (const { findings } of perEnvironment) {
    const faults = new Set(findings.filter(({ shared }) => shared !== undefined).map(faultKey));
    for (const fault of faults) affected.set(fault, (affected.get(fault) ?? 0) + 1);
  }
  const problems = new Map<string, { readonly problem: Problem; readonly environments: Set<string> }>();
  for (const { environment, findings } of perEnvironment) {
    for (const finding of findings) {
      if (finding.isOrphan) continue;
      const isCommon = finding.shared !== undefined && (affected.get(faultKey(finding)) ?? 0) > 1;
      const problem = problemAt(isCommon && finding.shared ? finding.shared : finding.origin, finding);
      const key = Object.values(problem).join("\n");
      const known = problems.get(key) ?? { problem, environments: new Set() };
      problems.set(key, known);
      known.environments.add(environment);
    }
  }
  return [...problems.values()]
    .map(({ problem, environments }) => withEnvironments(problem, environments, all))
    .concat([...orphans.values()].map(orphaned))
    .sort(compareProblems);
}

/** What overlays change or delete and base.yaml does not have, by its path. */
function orphansIn(perEnvironment: readonly EnvironmentFindings[]): ReadonlyMap<string, readonly Finding[]> {
  const orphans = new Map<string, Finding[]>();
  for (const finding of perEnvironment.flatMap(({ findings }) => findings)) {
    const key = JSON.stringify(finding.path);
    if (finding.isOrphan) orphans.set(key, [...(orphans.get(key) ?? []), finding]);
  }
  return orphans;
}

/** One problem for all overlays. A change tells more than a deletion. */
function orphaned(findings: readonly Finding[]): Problem {
  const first = findings.find(({ isMissing }) => !isMissing) ?? (findings[0] as Finding);
  const others = findings.filter((each) => each !== first).map(({ origin: { file, line } }) => `${file}:${line}`);
  const also = others.length === 0 ? "" : ` (also in ${others.join(", ")})`;
  return problemAt(first.origin, { ...first, message: `${first.message}${also}` });
}

export function problemAt(origin: Origin, { path, message, remedy }: Omit<Finding, "origin">): Problem {
  return { ...documentedPlace(origin, path), message, remedy };
}

function faultKey({ path, message, remedy }: Finding): string {
  return JSON.stringify([path, message, remedy]);
}

function withEnvironments(problem: Problem, environments: ReadonlySet<string>, all: number): Problem {
  const isOwn = [...environments].some((each) => overlayFile(each) === problem.file);
  if (isOwn || environments.size === all) return problem;
  return { ...problem, message: `${problem.message} in ${[...environments].sort().join(", ")}` };
}
