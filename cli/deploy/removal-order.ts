import type { PlanJson, PlannedChange } from "../../packages/terraform-access-review/plan/plan-json";
import { canonical } from "../../packages/terraform-access-review/terraform-json/order";
import { type Attributes, isFields } from "../../packages/terraform-access-review/terraform-json/stack-json";
import { FILES, type Planned, type Planner } from "../plan/planner";
import { projectError } from "../process/command-error";
import { apply } from "./apply";

/**
 * Authorizers that the plan destroys although a route that stays uses them. Terraform destroys them before it changes the
 * route, and API Gateway refuses that (409).
 *
 * @returns their addresses
 */
export function usedUntilChanged({ resource_changes = [] }: PlanJson): readonly string[] {
  const used = resource_changes
    .filter(({ type, change }) => type === "aws_apigatewayv2_route" && isFields(change.after))
    .map(({ change }) => (change.before as Attributes | null)?.authorizer_id);
  return resource_changes
    .filter((each) => each.type === "aws_apigatewayv2_authorizer" && isDestroyed(each))
    .filter(({ change }) => used.includes((change.before as Attributes).id))
    .map(({ address }) => address);
}

/**
 * What is applied before everything else is destroyed. An invoker's binding is an exception: Cloud Run refuses one where
 * the IAM check is off, so it is removed before the check is switched off.
 */
export function firstPart({ resource_changes = [] }: PlanJson): readonly string[] {
  return resource_changes
    .filter((each) => !isDestroyed(each) || each.type === "google_cloud_run_v2_service_iam_binding")
    .map(({ address }) => address);
}

function isDestroyed({ change }: Pick<PlannedChange, "change">): boolean {
  return change.actions.join() === "delete";
}

/**
 * Applies a plan in two parts: what is destroyed serves until everything else is done. Each part is planned again, and
 * is refused if it is not a part of the plan that was shown.
 */
export async function applyInParts(planner: Planner, shown: Planned): Promise<void> {
  const { environment } = planner;
  console.error(
    `${environment}: first everything that is not destroyed: ${usedUntilChanged(shown.plan).join(", ")} serves until then`,
  );
  const wanted = new Set(shown.model.resources.map(canonical));
  await applyPart(
    planner,
    firstPart(shown.plan).map((address) => `-target=${address}`),
    (each) => wanted.has(canonical(each)),
  );
  console.error(`${environment}: then what is no longer used`);
  const destroyed = shown.model.resources.filter(({ action }) => action === "destroyed").map(({ address }) => address);
  await applyPart(planner, [], ({ address, action }) => action === "destroyed" && destroyed.includes(address));
}

type Resource = Planned["model"]["resources"][number];

async function applyPart(
  planner: Planner,
  options: readonly string[],
  isShown: (resource: Resource) => boolean,
): Promise<void> {
  const { environment } = planner;
  const { model } = await planner.make(FILES.plan, options);
  const resources = model.resources.filter(({ type }) => type !== "");
  const others = resources.filter((each) => !isShown(each)).map(({ address, action }) => `    ${address}: ${action}\n`);
  if (others.length > 0) {
    throw projectError(
      `${environment}: this part was not applied, because it is not what was shown:\n${others.join("")}` +
        `    look at it with: npm run plan -- ${environment}; go on with: npm run deploy -- ${environment}`,
    );
  }
  await apply(planner, resources.length);
}
