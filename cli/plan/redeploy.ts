import { CommandError, EXIT } from "../command-error";
import { apply } from "./apply";
import { FILES, type Planned, type Planner } from "./planner";

const DEPLOYMENT = "aws_api_gateway_deployment.gateway";
/** What a new snapshot changes: itself, and the stage that serves it. */
const TOUCHED = [DEPLOYMENT, "aws_api_gateway_stage.gateway"];

/** Of a REST API: what a snapshot holds. */
const SERVED =
  /^aws_api_gateway_(authorizer|gateway_response|integration|integration_response|method|method_response|resource|rest_api_policy)$/;

/**
 * Whether an apply took something from a REST API that goes on: its new snapshot was made before that was destroyed, and
 * still serves it.
 */
export function leavesRemoved({ model, head }: Pick<Planned, "model" | "head">): boolean {
  const goesOn = head.stack.resource.aws_api_gateway_deployment?.gateway !== undefined;
  return goesOn && model.resources.some(({ type, action }) => action === "destroyed" && SERVED.test(type));
}

/** Makes the snapshot once more, and nothing else. */
export async function redeploy(planner: Planner): Promise<void> {
  const { environment } = planner;
  console.error(`${environment}: the snapshot that is live still holds what was removed; making it once more`);
  const { model } = await planner.make(FILES.plan, [`-replace=${DEPLOYMENT}`]);
  const others = model.resources.filter(({ address, type }) => type !== "" && !TOUCHED.includes(address));
  if (others.length > 0) {
    const named = others.map(({ address }) => `    ${address}`).join("\n");
    throw new CommandError(
      `${environment}: everything was applied, but the snapshot was not made once more, since more would change:\n${named}\n` +
        `    look at it with npm run plan -- ${environment}; then\n` +
        `    terraform -chdir=cdktf.out/stacks/${environment} apply -replace=${DEPLOYMENT}`,
      EXIT.failed,
    );
  }
  await apply(planner, model.resources.length);
}
