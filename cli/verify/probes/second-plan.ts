import { CommandError } from "../../process/command-error";
import { Interrupted } from "../../process/signals";
import { confirmed, couldNotTell, refuted } from "../deployed/verdict";
import { type Probe, planOf } from "./probe";

/** The maximum number of addresses in a verdict. */
const NAMED = 10;

/** Sends no request. Terraform queries the clouds, with your credentials. */
export const secondPlan: Probe = {
  id: "second-plan",
  question: "Is a second plan empty after a deploy, and has nothing drifted?",
  settles: "Which values the clouds fill in, and whether each throttle, quota and grant was created as declared.",
  plan({ deployment, differences }) {
    if (differences === undefined) return couldNotTell("this probe needs --plan");
    return planOf([], async () => {
      const found = await differences().catch(notPlanned);
      if (typeof found === "string") return couldNotTell(found);
      if (found.length === 0) return confirmed("a new plan changes nothing, and finds nothing changed");
      const more = found.length > NAMED ? `, and ${found.length - NAMED} more` : "";
      return refuted(
        `a new plan names ${found.slice(0, NAMED).join(", ")}${more}`,
        "each deploy changes these again, and an approved plan may be refused",
        `see which attributes: npm run drift -- ${deployment.environment}; if a cloud fills them in, report it to this project`,
      );
    });
  },
};

/** Why there is no plan: missing credentials, or a lock. An interruption ends the command. */
function notPlanned(error: unknown): string {
  if (error instanceof CommandError && !(error instanceof Interrupted)) return error.message;
  throw error;
}
