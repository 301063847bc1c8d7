import { clashes } from "../../derived/clashes";
import type { CrossRule, Draft } from "../../derived/draft";
import { usagePlans } from "../../derived/usage-plans";

/**
 * One environment owns the project's APIs and audit logs. Without an owner they stay disabled. Two owners would
 * overwrite each other's audit log settings, which Terraform sets as a whole.
 */
export const oneOwnerPerProject: CrossRule = (drafts, report) => {
  for (const [project, members] of byPlace(drafts, ({ google }) => google.project)) {
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

/**
 * A REST API of an environment needs API Gateway's role for logs, one per account and region. Without an owner AWS refuses
 * the stage half-way through the first apply. Another program may have set the role: then config must state that no
 * environment owns it.
 */
export const restApisHaveAnOwner: CrossRule = (drafts, report) => {
  const rest = drafts.filter(({ gateway }) => gateway.kind === "rest");
  for (const [place, members] of byPlace(rest, ({ aws }) => `${aws.account} in ${aws.region}`)) {
    const [first] = members;
    // Also false, if a file has it.
    if (first === undefined || members.some(({ isWritten }) => isWritten(["aws", "ownsAccount"]))) continue;
    const names = members.map(({ environment }) => environment).join(" or ");
    report(first.environment, ["aws", "account"], {
      got: `${place}, which no environment with a REST API owns`,
      expected: "one owner, which gives API Gateway its role for logs",
      remedy: `set aws.ownsAccount: true in ${names}, or false if the account has the role already`,
    });
  }
};

/** Each service has two service accounts. The project's quota counts those of all its environments. */
export const serviceAccountsFit: CrossRule = (drafts, report) => {
  for (const [project, members] of byPlace(drafts, ({ google }) => google.project)) {
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

function byPlace(drafts: readonly Draft[], placeOf: (draft: Draft) => string): ReadonlyMap<string, readonly Draft[]> {
  const places = new Map<string, Draft[]>();
  for (const draft of drafts) places.set(placeOf(draft), [...(places.get(placeOf(draft)) ?? []), draft]);
  return places;
}

/**
 * An account's quota counts the plans of all its REST APIs in a region: two per environment, and one for each client.
 */
export const usagePlansFit: CrossRule = (drafts, report) => {
  for (const [place, members] of byPlace(drafts, ({ aws }) => `${aws.account} in ${aws.region}`)) {
    const count = members.flatMap(usagePlans).length;
    for (const draft of members) {
      const quota = draft.limits.usagePlansPerRegion;
      if (count <= quota || usagePlans(draft).length === 0) continue;
      report(draft.environment, ["clients"], {
        got: `${count} usage plans in the account ${place}, one for each client with a quota or throttle, and two more`,
        expected: `at most ${quota} (API Gateway's quota per account and region)`,
        remedy: "let clients share gateway.defaultPlan, or ask AWS for more and set limits.usagePlansPerRegion",
      });
    }
  }
};
