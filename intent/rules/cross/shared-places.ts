import { clashes } from "../../derived/clashes";
import type { Draft } from "../../derived/draft";
import type { CrossRule } from "../../derived/rule";

/**
 * One environment owns the project's APIs and audit logs. Without an owner they stay disabled. Two owners would
 * overwrite each other's audit log settings, which Terraform sets as a whole.
 */
export const oneOwnerPerProject: CrossRule = (drafts, report) => {
  for (const [project, members] of byProject(drafts)) {
    const owners = members.filter(({ google }) => google.ownsProject);
    for (const { claim, other } of clashes(owners, () => project)) {
      report(claim.environment, ["google", "ownsProject"], {
        got: `true, as in ${other.environment}`,
        expected: `one owner of the project ${project}`,
        remedy: `remove it here or in ${other.environment}`,
      });
    }
    const [first] = members;
    if (owners.length === 0 && first) {
      const names = members.map(({ environment }) => environment).join(" or ");
      report(first.environment, ["google", "project"], {
        got: `${project}, which no environment owns`,
        expected: "one owner, which enables the project's APIs and audit logs",
        remedy: `set google.ownsProject: true in ${names}`,
      });
    }
  }
};

/** Each service has two service accounts. The project's quota counts those of all its environments. */
export const serviceAccountsFit: CrossRule = (drafts, report) => {
  for (const [project, members] of byProject(drafts)) {
    const count = members.reduce((sum, { services }) => sum + 2 * services.size, 0);
    for (const { environment, limits } of members) {
      const quota = limits.serviceAccountsPerProject;
      if (count <= quota) continue;
      report(environment, ["services"], {
        got: `${count} service accounts in the project ${project}, two for each service of each environment there`,
        expected: `at most ${quota} (Google's quota per project)`,
        remedy: "use another project, or ask Google for a larger quota and set limits.serviceAccountsPerProject",
      });
    }
  }
};

function byProject(drafts: readonly Draft[]): ReadonlyMap<string, readonly Draft[]> {
  const projects = new Map<string, Draft[]>();
  for (const draft of drafts) {
    const { project } = draft.google;
    projects.set(project, [...(projects.get(project) ?? []), draft]);
  }
  return projects;
}
