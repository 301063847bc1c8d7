import { resourcesOf, type StackJson } from "../../packages/terraform-access-review/terraform-json/stack-json";
import { difference } from "./difference";
import type { Finding, PolicyRule } from "./rule";

/** All calls to the newest revision. Unset means Cloud Run's own default, which is the same. */
const ALL_TO_LATEST = [{ percent: 100, type: "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST" }];

/**
 * The revision that is declared answers, and no other: an older one, by a share of the calls or by the URL of its tag,
 * has the rules, the image and maybe no Envoy of its day.
 */
export const latestRevision: PolicyRule = {
  id: "latest-revision",
  findings(stack: StackJson): readonly Finding[] {
    return resourcesOf(stack, "google_cloud_run_v2_service").flatMap(({ address, attributes: { traffic } }) => {
      const where = traffic === undefined ? undefined : difference(traffic, ALL_TO_LATEST);
      if (where === undefined) return [];
      return [{ address, message: `lets another revision answer${where}; expected all traffic to the latest one` }];
    });
  },
};
