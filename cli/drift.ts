import { driftReviewed, outputOf, type PlanOptions } from "./plan/plan";
import { compared } from "./plan/planner";
import { CommandError, EXIT } from "./process/command-error";
import { signals } from "./process/signals";

const STANDING = { left: "there is no verdict, and nothing was changed", atOnce: "nothing was changed" } as const;

/**
 * `npx front-door drift env`: whether the clouds match the sources. Saves nothing and takes no state lock, so another run
 * can go on.
 */
export async function drift(environment: string, options: Omit<PlanOptions, "failOn">): Promise<void> {
  const { print } = outputOf(options, driftReviewed);
  const planned = await signals.during(environment, STANDING, () => compared(environment));
  print(planned);
  const { resources, drift: drifted, notes } = planned.model;
  if (resources.length + drifted.length + notes.length === 0) {
    console.error(`${environment}: in sync`);
    return;
  }
  throw new CommandError(
    `${environment}: not in sync: ${drifted.length} changed outside Terraform, ${resources.length} to be changed`,
    EXIT.demanded,
  );
}
