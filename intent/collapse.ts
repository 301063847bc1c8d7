import { BASE_FILE } from "./environments";
import type { Finding } from "./finding";
import { formatPath, type Origin } from "./located";
import { compareProblems, type Problem } from "./problem";

export interface EnvironmentFindings {
  readonly environment: string;
  readonly findings: readonly Finding[];
}

/**
 * The findings of all environments as a person wants to read them: each fault once. What environments inherit from the
 * base file is one problem there, and if only some of them suffer from it, it says which.
 */
export function collapse(perEnvironment: readonly EnvironmentFindings[]): Problem[] {
  const all = perEnvironment.length;
  const sufferers = groupBy(perEnvironment, faultKey);
  const problems = groupBy(perEnvironment, (finding) => {
    const isCommon = all > 1 && sufferers.get(faultKey(finding))?.environments.size === all;
    return JSON.stringify(problemAt(isCommon && finding.shared ? finding.shared : finding.origin, finding));
  });
  return [...problems]
    .map(([problem, { environments }]) => withEnvironments(JSON.parse(problem) as Problem, environments, all))
    .sort(compareProblems);
}

export function problemAt(origin: Origin, { path, message, remedy }: Omit<Finding, "origin">): Problem {
  return { ...origin, path: formatPath(path), message, remedy };
}

function faultKey({ path, message, remedy }: Finding): string {
  return JSON.stringify([path, message, remedy]);
}

function groupBy(perEnvironment: readonly EnvironmentFindings[], keyOf: (finding: Finding) => string) {
  const groups = new Map<string, { readonly environments: Set<string> }>();
  for (const { environment, findings } of perEnvironment) {
    for (const key of findings.map(keyOf)) {
      const group = groups.get(key) ?? { environments: new Set<string>() };
      groups.set(key, group);
      group.environments.add(environment);
    }
  }
  return groups;
}

function withEnvironments(problem: Problem, environments: ReadonlySet<string>, all: number): Problem {
  if (problem.file !== BASE_FILE || environments.size === all) return problem;
  return { ...problem, message: `${problem.message} in ${[...environments].sort().join(", ")}` };
}
