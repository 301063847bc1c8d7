import { canonical } from "../order";
import { imageOf, isAllToLatest, rolloutOf, targetsOf } from "../terraform-json/rollout";
import { resourcesOf, type StackJson } from "../terraform-json/stack-json";
import type { GuardChange } from "./model";

const SERVICE = "google_cloud_run_v2_service";

/**
 * Services whose calls go to other revisions than before, except by a rollout. No row reports what an older revision
 * does: it has the image and the rules of its time, and possibly no Envoy.
 */
export function trafficChanges(before: StackJson, after: StackJson): readonly GuardChange[] {
  return resourcesOf(after, SERVICE).flatMap(({ address, type, name, attributes }): readonly GuardChange[] => {
    const was = before.resource[type]?.[name]?.traffic;
    const [former, latest] = [was, attributes.traffic].map((each) => canonical(targetsOf(each)));
    const change = { address, guard: "traffic", before: shown(was), after: shown(attributes.traffic) };
    if (former === latest || rolloutOf(attributes) !== undefined) return [];
    if (!isAllToLatest(attributes.traffic)) return [{ effect: "broadened", ...change, doubt: true }];
    return isAllToLatest(was) || isOfRollout(before.resource[type]?.[name]) ? [] : [{ effect: "narrowed", ...change }];
  });
}

/** A rollout starts, moves, is promoted or aborted: a sentence each. */
export function rolloutNotes(before: StackJson, after: StackJson): readonly string[] {
  return resourcesOf(after, SERVICE).flatMap(({ type, name, attributes }): readonly string[] => {
    const was = before.resource[type]?.[name];
    const rollout = rolloutOf(attributes);
    const service = String(attributes.name);
    if (rollout === undefined) {
      if (!isOfRollout(was) || !isAllToLatest(attributes.traffic)) return [];
      return [`100 % of calls to ${service} go to image ${imageOf(attributes)}: its rollout is promoted`];
    }
    const isSame = canonical(targetsOf(was?.traffic)) === canonical(targetsOf(attributes.traffic));
    if (isSame) return [];
    const { percent, image, from } = rollout;
    if (percent === 0) return [`100 % of calls to ${service} go to image ${from}: the rollout of ${image} is aborted`];
    return [`${percent} % of calls to ${service} go to image ${image}, and ${100 - percent} % to ${from}`];
  });
}

/** The content of a deployed service is not known here, so its annotation decides. */
function isOfRollout(service: { readonly annotations?: unknown; readonly traffic?: unknown } | undefined): boolean {
  return service?.annotations !== undefined && !isAllToLatest(service.traffic);
}

function shown(traffic: unknown): string {
  return targetsOf(traffic).length === 0 ? "not set" : canonical(targetsOf(traffic));
}
