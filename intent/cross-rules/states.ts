import { posix } from "node:path";
import type { CrossRule } from "../cross-rule";

/**
 * Two environments that shared a state would destroy each other's resources. In S3 they cannot: the environment's name
 * is part of the key. A local path is whatever people write, and what the base file says holds for all.
 */
export const statesAreApart: CrossRule = (drafts, report) => {
  const owners = new Map<string, string>();
  for (const { environment, state } of drafts) {
    if (state?.path === undefined) continue;
    const place = posix.normalize(state.path);
    const owner = owners.get(place);
    if (owner === undefined) owners.set(place, environment);
    else {
      report(environment, ["state", "path"], {
        got: `the state ${place}, which is that of ${owner}`,
        expected: "a state of its own for each environment",
        remedy: `write another one in the file of ${environment}`,
      });
    }
  }
};
