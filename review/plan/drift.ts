import type { ResourceChange } from "../change/model";
import { actionOf } from "./actions";
import { attributeChanges } from "./attributes";
import type { Deployed } from "./deployed";
import { managed, type PlanJson, type PlannedChange } from "./plan-json";
import { isFields } from "./shape";

/** What providers count and date by themselves: it moves whenever anything does. */
const COUNTED =
  /^(conditions?|create_time|delete_time|etag|expire_time|fingerprint|generation|last_modified|last_modifier|last_updated_date|latest_.*|observed_generation|reconciling|source_code_size|terminal_condition|traffic_statuses|uid|update_time|version|.*_at)$/;

/** The same, within what people set: Google counts on from reminder to reminder. Their period is compared. */
const COUNTED_WITHIN: Readonly<Record<string, RegExp>> = {
  google_secret_manager_secret: /^rotation(\[[^\]]*\])?\.next_rotation_time$/,
};

/**
 * What somebody changed behind Terraform's back. Left out is what providers count by themselves, unless this plan changes
 * it or depends on it.
 */
export function driftOf(plan: PlanJson, deployed: Deployed): readonly ResourceChange[] {
  const depends = new Set(
    (plan.relevant_attributes ?? []).map(({ resource, attribute }) => `${resource}.${String(attribute[0] ?? "")}`),
  );
  const planned = new Map((plan.resource_changes ?? []).map((change) => [change.address, change]));
  return managed(plan.resource_drift).flatMap((drifted): readonly ResourceChange[] => {
    if (drifted.change.actions.join() === "no-op") return [];
    const { address, type } = drifted;
    const attributes = attributeChanges(drifted.change, { type, configured: undefined, deployed }).filter(
      ({ path }) =>
        !isCounted(type, path) ||
        depends.has(`${address}.${path.split(/[.[]/, 1)[0]}`) ||
        changes(planned.get(address), path),
    );
    const gone = actionOf(drifted) === "destroyed";
    if (attributes.length === 0 && !gone) return [];
    const reason = gone ? { reason: "somebody deleted it" } : {};
    return [{ address, type, action: "drifted", forcedBy: [], attributes: gone ? [] : attributes, ...reason }];
  });
}

function isCounted(type: string, path: string): boolean {
  return COUNTED.test(path.split(/[.[]/, 1)[0] ?? "") || COUNTED_WITHIN[type]?.test(path) === true;
}

function changes(planned: PlannedChange | undefined, path: string): boolean {
  if (planned === undefined || planned.change.actions.join() === "no-op") return false;
  const { before, after } = planned.change;
  const root = path.split(/[.[]/, 1)[0] ?? "";
  const value = (each: unknown) => (isFields(each) ? JSON.stringify(each[root] ?? null) : "null");
  return value(before) !== value(after);
}
