import { canonical } from "../order";
import { resourcesOf, type StackJson } from "../terraform-json/stack-json";
import type { GuardChange } from "./model";

const LATEST = "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST";

/**
 * Whether all calls of a Cloud Run service go to its newest revision, and none of its revisions has a URL of its own by a
 * tag. So they do where nothing is said.
 */
export function isAllToLatest(traffic: unknown): boolean {
  const targets = targetsOf(traffic);
  const [only] = targets;
  return (
    targets.length === 0 || (targets.length === 1 && canonical(only) === canonical({ percent: 100, type: LATEST }))
  );
}

/**
 * Services of which other revisions answer than before. Of an older one no row says what it does: it has the image, the
 * rules and maybe no Envoy of its day.
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

/** Without what says nothing: providers write `""` and null for what is not set. */
function targetsOf(traffic: unknown): readonly unknown[] {
  return [traffic ?? []].flat().map((target) => {
    if (typeof target !== "object" || target === null) return target;
    return Object.fromEntries(Object.entries(target).filter(([, value]) => value !== "" && value !== null));
  });
}

function shown(traffic: unknown): string {
  return targetsOf(traffic).length === 0 ? "not set" : canonical(targetsOf(traffic));
}
