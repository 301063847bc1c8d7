import type { Action } from "../model/change";
import type { PlannedChange } from "./plan-json";

/** The action on one object; undefined if it does not change. */
export function actionOf({ change, previous_address, address }: PlannedChange): Action | undefined {
  const actions = [...change.actions].sort().join("+");
  if (change.importing !== undefined) return actions === "create+delete" ? "replaced" : "imported";
  if (actions === "no-op") return isMoved(previous_address, address) ? "moved" : undefined;
  return ACTIONS[actions] ?? "changed";
}

/** `create+forget` leaves the old object in the cloud and creates a new one. */
const ACTIONS: Readonly<Record<string, Action | undefined>> = {
  create: "added",
  "create+delete": "replaced",
  "create+forget": "replaced",
  delete: "destroyed",
  forget: "forgotten",
  read: undefined,
  update: "changed",
};

export function isMoved(previous: string | undefined, address: string): previous is string {
  return previous !== undefined && previous !== address;
}

/** Terraform's reasons that the attributes do not show. */
const REASONS: Readonly<Record<string, string>> = {
  delete_because_count_index: "its index is beyond count",
  delete_because_each_key: "its key is no longer in for_each",
  delete_because_no_module: "its module is no longer declared",
  delete_because_no_move_target: "what it was moved to is not declared",
  delete_because_wrong_repetition: "count or for_each came or went",
  replace_because_tainted: "an earlier apply left it incomplete",
  replace_by_request: "requested with -replace",
  replace_by_triggers: "something it watches with replace_triggered_by changes",
};

export function reasonOf({ action_reason, deposed, change }: PlannedChange): string | undefined {
  if (deposed !== undefined) return `left over from an earlier replacement (${deposed})`;
  if (change.actions.includes("forget") && change.actions.includes("create")) return "the old one stays, unmanaged";
  return action_reason === undefined ? undefined : REASONS[action_reason];
}

/** The attributes that force a replacement, as people write paths: `schema[0].name`. */
export function forcedBy({ change }: PlannedChange): readonly string[] {
  const paths = (change.replace_paths ?? []).map((path) =>
    path.map((step, index) => (typeof step === "number" ? `[${step}]` : `${index > 0 ? "." : ""}${step}`)).join(""),
  );
  return [...new Set(paths)].sort();
}
