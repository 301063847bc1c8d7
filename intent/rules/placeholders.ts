import type { Draft, Rule } from "../derived/draft";
import { isPlaceholder } from "../model/placeholder";
import { type Path, walk } from "../source/located";

/**
 * A placeholder admits no caller: it is no client, no key and no image. An environment without a pipeline may keep one, to run
 * on a machine: there it is a warning.
 */
export const placeholdersAreReplaced: Rule = (draft, report) => {
  if (draft.bootstrap === undefined) return;
  for (const { path, value } of placeholdersIn(draft)) {
    report(path, {
      got: `the placeholder ${JSON.stringify(value)}`,
      expected: "a value of your own: config/bootstrap.yaml gives this environment a pipeline, which deploys it",
      remedy: "replace it",
    });
  }
};

/** Every value that still says what to replace it with. */
export function placeholdersIn({ root }: Pick<Draft, "root">): readonly { path: Path; value: string }[] {
  return [...walk(root)].flatMap(({ node, path }) => {
    return node.kind === "scalar" && isPlaceholder(node.value) ? [{ path, value: String(node.value) }] : [];
  });
}
