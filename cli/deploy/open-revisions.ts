import type { PlanJson } from "../../packages/terraform-access-review/plan/plan-json";
import { canonical } from "../../packages/terraform-access-review/terraform-json/order";
import { isAllToLatest, rolloutOf } from "../../packages/terraform-access-review/terraform-json/rollout";
import {
  type Attributes,
  blocksOf,
  resourcesOf,
  type StackJson,
} from "../../packages/terraform-access-review/terraform-json/stack-json";

/**
 * Services that the apply itself would open to everyone. IAM's check is switched off immediately, but the previous
 * revision answers until the new one is ready. If the new one never becomes ready, the previous one keeps answering, so
 * it must already have Envoy. An older revision that still gets traffic, or has a tag, may predate Envoy, unless a
 * rollout names it by its content.
 *
 * @param declared the stack that was planned
 */
export function openRevisions({ resource_changes = [] }: PlanJson, declared: StackJson): readonly string[] {
  const rollouts = resourcesOf(declared, "google_cloud_run_v2_service").filter(
    ({ attributes }) => rolloutOf(attributes) !== undefined,
  );
  return resource_changes.flatMap(({ address, type, change }) => {
    if (type !== "google_cloud_run_v2_service" || !change.before || !change.after) return [];
    const isRollout = rollouts.some((each) => each.address === address);
    return faults(change.before as Attributes, change.after as Attributes, isRollout).map(
      (fault) => `${address}: ${fault}`,
    );
  });
}

function faults(before: Attributes, after: Attributes, isRollout: boolean): readonly string[] {
  if (after.invoker_iam_disabled !== true) return [];
  const goesOff = before.invoker_iam_disabled !== true;
  const pinned = [...(goesOff ? [before] : []), ...(isRollout && !goesOff ? [] : [after])].filter(
    ({ traffic }) => !isAllToLatest(traffic),
  );
  const other = goesOff || canonical(before.traffic) !== canonical(after.traffic) ? pinned : [];
  return [
    ...(goesOff && !containersOf(before).some(({ name }) => name === "envoy")
      ? ["the invoker IAM check is switched off while a revision without Envoy answers: anyone could call it"]
      : []),
    ...(other.length > 0
      ? [
          "the invoker IAM check is off, and an older revision, which may have no Envoy, answers: " +
            "send all traffic to the latest one first",
        ]
      : []),
  ];
}

function containersOf({ template }: Attributes): readonly Attributes[] {
  return blocksOf(blocksOf(template)[0]?.containers);
}
