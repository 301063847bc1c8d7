import { runCommand } from "./process/commands";
import { addReview } from "./review/command";
import { review } from "./review/review";
import { freshHead } from "./review/states";
import type { FreshTree } from "./synthesis/tree";

/** The review of a tree that need not be synthesized: a separate bundle (`build.cjs`), a fifth as large as the program. */
export function run(args: readonly string[], { tree }: { readonly tree: FreshTree }): Promise<void> {
  return runCommand(args, (program) => {
    addReview(program, (names, options) => review(() => freshHead(tree), names, options));
  });
}
