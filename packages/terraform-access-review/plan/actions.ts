import { hashOf } from "../judge/hash";
import { type Action, GUARDS, type GuardChange, type Reason, TERRAFORM_REASONS } from "../model/change";
import { declaredIn, managed, type PlanJson, type PlannedChange } from "./plan-json";

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

/**
 * What the apply does in addition to the planned changes, or leaves to a later plan: provisioners of objects that are
 * created or destroyed, actions, deferred changes. The plan does not show what they open, so each counts as broader.
 */
export function unforeseenOf(plan: PlanJson): readonly GuardChange[] {
  const { resource_changes, action_invocations = [], deferred_changes = [], configuration } = plan;
  const declared = declaredIn(configuration);
  const made = managed(resource_changes).filter(startsOrEnds);
  return [
    ...made.flatMap(({ address }) => {
      const { provisioners = [] } = declared(address) ?? {};
      return provisioners.map((each) => unforeseen(address, GUARDS.runs, each.type ?? "a provisioner", each));
    }),
    ...action_invocations.map((each) => {
      const { address = "an action", lifecycle_action_trigger: trigger } = each;
      return unforeseen(trigger?.triggering_resource_address ?? address, GUARDS.runs, address, each);
    }),
    ...deferred_changes.map(({ reason = "Terraform gives no reason", resource_change: change }) =>
      unforeseen(change?.address ?? "a resource", GUARDS.deferred, reason, change),
    ),
  ];
}

function unforeseen(address: string, guard: string, after: string, declared: unknown): GuardChange {
  return { effect: "broadened", address, guard, before: "nothing", after, hidden: hashOf(declared), doubt: true };
}

function startsOrEnds({ change: { actions } }: PlannedChange): boolean {
  return actions.includes("create") || actions.includes("delete");
}
