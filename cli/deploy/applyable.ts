import type { PlanJson } from "../../packages/terraform-access-review/plan/plan-json";

/** Whether applying a plan would change any resource or output. OpenTofu does not report this itself. */
export function isApplyable({ applyable, output_changes = {}, resource_changes = [] }: PlanJson): boolean {
  if (applyable !== undefined) return applyable;
  const changes = [...Object.values(output_changes), ...resource_changes.map(({ change }) => change)];
  const moves = resource_changes.some(({ previous_address }) => previous_address !== undefined);
  return (
    moves ||
    changes.some(({ actions, importing }) => importing !== undefined || actions.some((each) => each !== "no-op"))
  );
}
