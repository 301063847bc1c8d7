import { resourcesOf, type StackJson } from "../../packages/terraform-access-review/terraform-json/stack-json";
import { difference } from "./difference";
import type { Finding, PolicyRule } from "./rule";

/** Sends all calls to the latest revision. Cloud Run's own default is the same. */
const ALL_TO_LATEST = [{ percent: 100, type: "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST" }];

/**
 * Only the declared revision serves calls. An older one, reachable by a traffic share or the URL of its tag, has old
 * rules, an old image and perhaps no Envoy.
 */
export const latestRevision: PolicyRule = {
  id: "latest-revision",
  findings(stack: StackJson): readonly Finding[] {
    return resourcesOf(stack, "google_cloud_run_v2_service").flatMap(({ address, attributes: { traffic } }) => {
      const where = traffic === undefined ? undefined : difference(traffic, ALL_TO_LATEST);
      if (where === undefined) return [];
      return [
        { address, message: `sends traffic to another revision${where}; expected all traffic to the latest one` },
      ];
    });
  },
};
