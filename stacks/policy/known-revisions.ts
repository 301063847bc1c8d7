import { isAllToLatest, revisionName, rolloutOf } from "../../packages/terraform-access-review/terraform-json/rollout";
import { blocksOf, resourcesOf } from "../../packages/terraform-access-review/terraform-json/stack-json";
import { type BuiltInRule, unless } from "./rule";

const TO_ANOTHER =
  "sends traffic to another revision: expected all traffic to the latest one, or services.<id>.rollout";

/**
 * Calls go to the declared revision, and during a rollout also to the same template with the previous image. Any other
 * older revision, reachable by a traffic share or the URL of its tag, has old rules, an old image and perhaps no Envoy.
 */
export const knownRevisions: BuiltInRule = {
  id: "known-revisions",
  promise:
    "The newest revision of a service gets all traffic. During a rollout it shares the traffic with one other revision, which has the same template, Envoy rules included, and the previous image.",
  findings: (stack) =>
    resourcesOf(stack, "google_cloud_run_v2_service").flatMap(({ address, attributes }) => {
      const [template = {}] = blocksOf(attributes.template);
      const own = revisionName(String(attributes.name), template);
      if (template.revision !== undefined && template.revision !== own) {
        return [
          { address, message: `names its revision ${template.revision}: expected ${own}, derived from its content` },
        ];
      }
      const isKnown = isAllToLatest(attributes.traffic) || rolloutOf(attributes) !== undefined;
      return unless(isKnown, address, TO_ANOTHER);
    }),
};
