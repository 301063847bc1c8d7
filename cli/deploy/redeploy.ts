import type { PlanFolder } from "../plan/plan-folder";
import { FILES, type Planned, type Planner } from "../plan/planner";
import { CommandError, EXIT } from "../process/command-error";
import { signals } from "../process/signals";
import { apply } from "./apply";

const DEPLOYMENT = "aws_api_gateway_deployment.gateway";
/** What a new snapshot changes: itself, and the stage that serves it. */
const TOUCHED = [DEPLOYMENT, "aws_api_gateway_stage.gateway"];

/** For a REST API: the types of what a snapshot holds. */
const SERVED =
  /^aws_api_gateway_(authorizer|gateway_response|integration|integration_response|method|method_response|resource|rest_api_policy)$/;

/**
 * Whether an apply took something from a REST API that goes on: its new snapshot was made before that was destroyed, and
 * still serves it.
 */
export function leavesRemoved({ model, head }: Pick<Planned, "model" | "head">): boolean {
  return goesOn(head) && model.resources.some(({ type, action }) => action === "destroyed" && SERVED.test(type));
}

/** Lies in the plan's folder from the apply that needs a new snapshot until that is made, whatever stops the runs between. */
const OWED = "snapshot-owed.json";

/** Notes before an apply that it needs a new snapshot afterwards. */
export function oweSnapshot(planned: Pick<Planned, "model" | "head">, folder: PlanFolder): void {
  if (leavesRemoved(planned)) folder.write(OWED, { deployment: DEPLOYMENT });
}

/** Whether this apply or one before it needs a new snapshot, which was not made yet. */
export function owesSnapshot({ head }: Pick<Planned, "head">, folder: PlanFolder): boolean {
  return folder.read(OWED) !== undefined && goesOn(head);
}

/** Makes the snapshot again, and nothing else. */
export async function redeploy(planner: Planner): Promise<void> {
  const { environment } = planner;
  console.error(`${environment}: the live snapshot still holds what was removed; creating it again`);
  signals.stand(() => ({
    left: `the live snapshot still holds what was removed; go on with: npm run deploy -- ${environment}`,
    atOnce: "the live snapshot still holds what was removed, and the state may stay locked",
  }));
  const { model } = await planner.make(FILES.plan, [`-replace=${DEPLOYMENT}`]);
  const others = model.resources.filter(({ address, type }) => type !== "" && !TOUCHED.includes(address));
  if (others.length > 0) {
    const named = others.map(({ address }) => `    ${address}`).join("\n");
    throw new CommandError(
      `${environment}: everything was applied, but the snapshot was not created again, because more would change:\n${named}\n` +
        `    look at it with npm run plan -- ${environment}; then\n` +
        `    terraform -chdir=cdktf.out/stacks/${environment} apply -replace=${DEPLOYMENT}`,
      EXIT.failed,
    );
  }
  await apply(planner, model.resources.length);
  planner.folder.remove(OWED);
}

/** Whether the environment has a REST API. */
function goesOn({ stack }: Planned["head"]): boolean {
  return stack.resource.aws_api_gateway_deployment?.gateway !== undefined;
}
