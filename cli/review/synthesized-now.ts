import { join } from "node:path";
import { placesOf } from "../../intent/schema/places";
import { CONFIG, SYNTHESIZED } from "../process/project";
import { isFresh } from "../process/write-files";
import { inDraft } from "../synthesis/draft";
import { readConfig } from "../synthesis/intents";
import { hasRowReaders } from "../synthesis/main";
import { type Synthesized, synthesize, synthesizeBootstraps } from "../synthesis/synthesis";
import { keepTree } from "../synthesis/tree";
import { type HeadSource, stateOf } from "./states";

/**
 * The stacks of these names, or all, that config/ produces now, whether or not synthesized/ has them. Throws if config/
 * has a problem, because a review of older files would report "no change". Prints a line if synthesized/ differs.
 */
export function synthesizedNow(names: readonly string[]): HeadSource {
  const config = readConfig();
  const { intents, bootstraps } = config;
  const isAsked = (stack: string) => names.length === 0 || names.includes(stack);
  return inDraft((draft) => {
    const environments = synthesize(
      intents.filter(({ environment }) => isAsked(environment)),
      draft,
    );
    const done: readonly Synthesized[] = [
      ...environments,
      ...synthesizeBootstraps(
        bootstraps.filter(({ stack }) => isAsked(stack)),
        draft,
      ),
    ];
    const stacks = new Map(done.map(({ name, files }) => [name, files]));
    const stale = done.filter((each) => !isWritten(each));
    keepTree(config, done.filter(isWritten), hasRowReaders());
    if (stale.length > 0) {
      const names = stale.map(({ name }) => `synthesized/${name}`).join(", ");
      console.error(`${names}: not what config/ gives; this review uses config/\n    renew with: npm run synth`);
    }
    return {
      environments: [...intents.map(({ environment }) => environment), ...bootstraps.map(({ stack }) => stack)],
      read: (stack) => stateOf(stack, "config/", (name) => stacks.get(stack)?.[name]),
      sources: (stack) => environments.find(({ name }) => name === stack)?.sources ?? new Map(),
      lines: (stack) => placesOf(CONFIG, stack),
      expectedChanges: (stack) => intents.find(({ environment }) => environment === stack)?.expectedChanges ?? [],
    };
  });
}

/** Whether `synthesized/` has exactly these files. */
function isWritten({ name: stack, files }: Synthesized): boolean {
  return Object.entries(files).every(([name, text]) => isFresh(join(SYNTHESIZED, stack, name), text));
}
