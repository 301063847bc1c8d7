import { changeOfPlan } from "../../../review/change/from-plan";
import type { ChangeModel } from "../../../review/change/model";
import { NOTHING, type SynthesizedState } from "../../../review/change/state";
import type { Change, PlanJson, PlannedChange } from "../../../review/plan/plan-json";

/** A plan of a few changes, in Terraform's own form. */
export function planOf(changes: readonly PlannedChange[], more: Partial<PlanJson> = {}): PlanJson {
  return { format_version: "1.2", terraform_version: "1.15.5", complete: true, resource_changes: changes, ...more };
}

export function planned(address: string, change: Partial<Change>, more: Partial<PlannedChange> = {}): PlannedChange {
  const [type = ""] = address.replace(/^(module\.[^.]+\.)+/, "").split(".");
  return { address, mode: "managed", type, change: { actions: ["update"], ...change }, ...more };
}

/** What a plan means to a stack that declares these resources; to one that declares nothing without. */
export function changeOf(plan: PlanJson, resource: SynthesizedState["stack"]["resource"] = {}): ChangeModel {
  return changeOfPlan("dev", plan, { head: { ...NOTHING, stack: { resource, provider: {} } }, base: "nothing" });
}
