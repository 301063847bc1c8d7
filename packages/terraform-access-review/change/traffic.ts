import { canonical } from "../order";
import { resourcesOf, type StackJson } from "../terraform-json/stack-json";
import type { GuardChange } from "./model";

const LATEST = "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST";

/**
 * Whether all calls of a Cloud Run service go to its newest revision, and no revision has its own URL by a tag. This is
 * the default.
 */
export function isAllToLatest(traffic: unknown): boolean {
  const targets = targetsOf(traffic);
  const [only] = targets;
  return (
    targets.length === 0 || (targets.length === 1 && canonical(only) === canonical({ percent: 100, type: LATEST }))
  );
}

/**
 * Services whose calls go to other revisions than before. No row reports what an older revision does: it has the image
 * and the rules of its time, and possibly no Envoy.
 */
export function trafficChanges(before: StackJson, after: StackJson): readonly GuardChange[] {
  return resourcesOf(after, "google_cloud_run_v2_service").flatMap(
    ({ address, type, name, attributes }): readonly GuardChange[] => {
      const was = before.resource[type]?.[name]?.traffic;
      const [former, latest] = [was, attributes.traffic].map((each) => canonical(targetsOf(each)));
      const change = { address, guard: "traffic", before: shown(was), after: shown(attributes.traffic) };
      if (former === latest) return [];
      if (!isAllToLatest(attributes.traffic)) return [{ effect: "broadened", ...change, doubt: true }];
      return isAllToLatest(was) ? [] : [{ effect: "narrowed", ...change }];
    },
  );
}

/** Without unset values: providers write `""` and null for them. */
function targetsOf(traffic: unknown): readonly unknown[] {
  return [traffic ?? []].flat().map((target) => {
    if (typeof target !== "object" || target === null) return target;
    return Object.fromEntries(Object.entries(target).filter(([, value]) => value !== "" && value !== null));
  });
}

function shown(traffic: unknown): string {
  return targetsOf(traffic).length === 0 ? "not set" : canonical(targetsOf(traffic));
}
