import type { Draft } from "../../derived/draft";
import type { CrossRule } from "../../derived/rule";

/**
 * An account's quota counts the plans of all its REST APIs in a region: two per environment, and one for each client.
 */
export const usagePlansFit: CrossRule = (drafts, report) => {
  const regions = new Map<string, Draft[]>();
  for (const draft of drafts) {
    const { account, region } = draft.aws;
    const place = `${account} in ${region}`;
    regions.set(place, [...(regions.get(place) ?? []), draft]);
  }
  for (const [place, members] of regions) {
    const count = members.reduce((sum, draft) => sum + plansOf(draft), 0);
    for (const draft of members) {
      const quota = draft.limits.usagePlansPerRegion;
      if (count <= quota || plansOf(draft) === 0) continue;
      report(draft.environment, ["clients"], {
        got: `${count} usage plans in the account ${place}, one for each client with a quota or throttle, and two more`,
        expected: `at most ${quota} (API Gateway's quota per account and region)`,
        remedy: "let clients share gateway.defaultPlan, or ask AWS for more and set limits.usagePlansPerRegion",
      });
    }
  }
};

/** Number of plans of an environment: 0 if no usage is counted. */
function plansOf({ gateway, clients }: Draft): number {
  if (gateway.kind !== "rest") return 0;
  const own = [...clients.values()].filter((client) => client.quota !== undefined || client.throttle !== undefined);
  return own.length === 0 && gateway.defaultPlan === undefined ? 0 : own.length + 2;
}
