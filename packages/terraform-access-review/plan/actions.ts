import { type Action, type Reason, TERRAFORM_REASONS } from "../model/change";
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

export function reasonOf({ action_reason, deposed, change }: PlannedChange): Reason | undefined {
  if (deposed !== undefined) return { kind: "deposed", key: deposed };
  if (change.actions.includes("forget") && change.actions.includes("create")) return { kind: "unmanaged" };
  const kind = TERRAFORM_REASONS.find((each) => each === action_reason);
  return kind && { kind };
}

/** The attributes that force a replacement, as people write paths: `schema[0].name`. */
export function forcedBy({ change }: PlannedChange): readonly string[] {
  const paths = (change.replace_paths ?? []).map((path) =>
    path.map((step, index) => (typeof step === "number" ? `[${step}]` : `${index > 0 ? "." : ""}${step}`)).join(""),
  );
  return [...new Set(paths)].sort();
}
