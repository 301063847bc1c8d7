import type { Rule } from "../derived/draft";
import { placeholdersIn } from "../derived/placeholders";

/**
 * No caller has the value of a placeholder, so it admits no caller. An environment without a pipeline may keep one, to run on
 * a machine: there it is a warning.
 */
export const placeholdersAreReplaced: Rule = (draft, report) => {
  if (draft.bootstrapGeneration === undefined) return;
  for (const { path, value } of placeholdersIn(draft)) {
    report(path, {
      got: `the placeholder ${JSON.stringify(value)}`,
      expected: "a value of your own: config/bootstrap.yaml gives this environment a pipeline, which deploys it",
      remedy: "replace it",
    });
  }
};
