import { posix } from "node:path";
import { clashes } from "../../derived/clashes";
import type { CrossRule } from "./cross-rule";

/**
 * Two environments that shared a state would destroy each other's resources. In S3 they cannot: the environment's name
 * is part of the key. A local path is whatever people write, and what the base file says holds for all.
 */
export const statesAreApart: CrossRule = (drafts, report) => {
  const states = drafts.flatMap(({ environment, state }) =>
    state.path === undefined ? [] : [{ environment, place: posix.normalize(state.path) }],
  );
  for (const { claim, other } of clashes(states, ({ place }) => place)) {
    report(claim.environment, ["state", "path"], {
      got: `the state ${claim.place}, which is that of ${other.environment}`,
      expected: "a state of its own for each environment",
      remedy: `write another one in the file of ${claim.environment}`,
    });
  }
};
