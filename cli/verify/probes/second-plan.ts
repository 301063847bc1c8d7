import { type Probe, planOf } from "../probe";
import { confirmed, couldNotTell, refuted } from "../verdict";

/** As many addresses as a verdict names. */
const NAMED = 10;

/** Sends nothing: Terraform asks the clouds, with the credentials of whoever runs this. */
export const secondPlan: Probe = {
  id: "second-plan",
  question: "Is a second plan empty after a deploy, and has nothing drifted?",
  settles: "Which values the clouds fill in, and whether each throttle, quota and grant arrived as it is declared.",
  plan({ differences }) {
    if (differences === undefined) return couldNotTell("asked only with --plan");
    return planOf([], async () => {
      const found = await differences();
      if (found.length === 0) return confirmed("a new plan changes nothing, and finds nothing changed");
      const more = found.length > NAMED ? `, and ${found.length - NAMED} more` : "";
      return refuted(
        `a new plan names ${found.slice(0, NAMED).join(", ")}${more}`,
        "each deploy changes these again, and an approved plan may be refused",
        "see which attributes: npm run drift; if a cloud fills them in, that is news for this project",
      );
    });
  },
};
