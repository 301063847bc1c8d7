import type { PlanFolder } from "../plan/plan-folder";
import { FILES, type Planned, type Planner } from "../plan/planner";
import { projectError } from "../process/command-error";
import { signals } from "../process/signals";
import { apply } from "./apply";

const DEPLOYMENT = "aws_api_gateway_deployment.gateway";
/** What a new snapshot changes: the snapshot itself, and the stage that serves it. */
const TOUCHED = [DEPLOYMENT, "aws_api_gateway_stage.gateway"];

/** REST API only: the resource types that a snapshot contains. */
const SERVED =
  /^aws_api_gateway_(authorizer|gateway_response|integration|integration_response|method|method_response|resource|rest_api_policy)$/;

/**
 * Whether an apply removed a resource from a REST API that itself remains. Terraform makes the new snapshot before it
 * destroys the resource, so the snapshot still serves the resource.
 */
export function stillServesRemoved({ model, head }: Pick<Planned, "model" | "head">): boolean {
  return goesOn(head) && model.resources.some(({ type, action }) => action === "destroyed" && SERVED.test(type));
}

/**
 * This file lies in the plan's folder from the apply that needs a new snapshot until the snapshot is made, even if runs
 * in between stop.
 */
const OWED = "snapshot-owed.json";

/** Records, before an apply, that a new snapshot is needed afterwards. */
export function recordNeededSnapshot(planned: Pick<Planned, "model" | "head">, folder: PlanFolder): void {
  if (stillServesRemoved(planned)) folder.write(OWED, { deployment: DEPLOYMENT });
}

/** Whether this apply or an earlier one needs a new snapshot that has not been made yet. */
export function needsSnapshot({ head }: Pick<Planned, "head">, folder: PlanFolder): boolean {
  return folder.read(OWED) !== undefined && goesOn(head);
}

/** Makes the snapshot again and changes nothing else. */
export async function redeploy(planner: Planner): Promise<void> {
  const { environment } = planner;
  console.error(`${environment}: the live snapshot still has the removed resources; creating it again`);
  signals.describeEnd(() => ({
    left: `the live snapshot still has the removed resources; go on with: npm run deploy -- ${environment}`,
    atOnce: "the live snapshot still has the removed resources, and the state may stay locked",
  }));
  const { model } = await planner.make(FILES.plan, [`-replace=${DEPLOYMENT}`]);
  const others = model.resources.filter(({ address, type }) => type !== "" && !TOUCHED.includes(address));
  if (others.length > 0) {
    const named = others.map(({ address }) => `    ${address}`).join("\n");
    throw projectError(
      `${environment}: everything was applied, but the snapshot was not created again, because more would change:\n${named}\n` +
        `    look at it with npm run plan -- ${environment}; then\n` +
        `    terraform -chdir=cdktf.out/stacks/${environment} apply -replace=${DEPLOYMENT}`,
    );
  }
  await apply(planner, model.resources.length);
  planner.folder.remove(OWED);
}

/** Whether the environment has a REST API. */
function goesOn({ stack }: Planned["head"]): boolean {
  return stack.resource.aws_api_gateway_deployment?.gateway !== undefined;
}
