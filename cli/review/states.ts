import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ENVOY_POLICY_FILE } from "../../contract/envoy/policy";
import { POLICY_FILE } from "../../contract/policy-file";
import {
  isDecidedByFunctions,
  NOTHING,
  type SynthesizedState,
} from "../../packages/terraform-access-review/model/state";
import type { Sources } from "../../stacks/shared/comes-from";
import { projectError } from "../process/command-error";
import { filesBelow } from "../process/git";
import { SYNTHESIZED } from "../process/project";
import { isFresh } from "../process/write-files";
import { inDraft } from "../synthesis/draft";
import { readConfig } from "../synthesis/intents";
import { synthesize, synthesizeBootstraps } from "../synthesis/synthesis";

/** The contents of `synthesized/` in one commit or in the working tree. */
export interface StateSource {
  readonly environments: readonly string[];
  /** Returns nothing if the environment does not exist. */
  read(environment: string): SynthesizedState;
}

/** What config/ produces now, and where it comes from. */
export interface SynthesizedSource extends StateSource {
  /** Empty for a bootstrap. */
  sources(environment: string): Sources;
}

export function workingTree(): StateSource {
  const environments = existsSync(SYNTHESIZED) ? readdirSync(SYNTHESIZED) : [];
  const file = (environment: string, name: string) => {
    const path = join(SYNTHESIZED, environment, name);
    return existsSync(path) ? readFileSync(path, "utf8") : undefined;
  };
  return {
    environments,
    read: (environment) => stateOf(environment, "the working tree", (name) => file(environment, name)),
  };
}

/**
 * The stacks of these names, or all, that config/ produces now, whether or not synthesized/ has them. Throws if config/
 * has a problem, because a review of older files would report "no change". Prints a line if synthesized/ differs.
 */
export function synthesizedNow(names: readonly string[]): SynthesizedSource {
  const { intents, bootstraps } = readConfig();
  const isAsked = (stack: string) => names.length === 0 || names.includes(stack);
  return inDraft((draft) => {
    const asked = intents.filter(({ environment }) => isAsked(environment));
    const environments = synthesize(asked, draft);
    const done = [
      ...environments,
      ...synthesizeBootstraps(
        bootstraps.filter(({ stack }) => isAsked(stack)),
        draft,
      ),
    ];
    const stacks = new Map(done.map(({ name, files }) => [name, files]));
    const stale = [...stacks].filter(([stack, files]) =>
      Object.entries(files).some(([name, text]) => !isFresh(join(SYNTHESIZED, stack, name), text)),
    );
    if (stale.length > 0) {
      const names = stale.map(([stack]) => `synthesized/${stack}`).join(", ");
      console.error(`${names}: not what config/ gives; this review uses config/\n    renew with: npm run synth`);
    }
    return {
      environments: [...intents.map(({ environment }) => environment), ...bootstraps.map(({ stack }) => stack)],
      read: (stack) => stateOf(stack, "config/", (name) => stacks.get(stack)?.[name]),
      sources: (stack) => environments.find(({ name }) => name === stack)?.sources ?? new Map(),
    };
  });
}

export function stateAt(commit: string): StateSource {
  const files = filesBelow(commit, "synthesized");
  return {
    environments: [...new Set([...files.keys()].flatMap((path) => path.split("/")[1] ?? []))],
    read: (environment) =>
      stateOf(environment, commit.slice(0, 12), (name) => files.get(`synthesized/${environment}/${name}`)),
  };
}

function stateOf(environment: string, where: string, file: (name: string) => string | undefined): SynthesizedState {
  const stack = file("main.tf.json");
  const policy = file(POLICY_FILE);
  if (stack === undefined && policy === undefined) return NOTHING;
  const parse = (name: string, text: string | undefined) => {
    try {
      return parsed(text ?? "");
    } catch (error) {
      const fault = text === undefined ? "it is not there" : (error as Error).message;
      throw projectError(
        `synthesized/${environment}/${name} of ${where} cannot be read: ${fault}`,
        "renew it with: npm run synth",
      );
    }
  };
  const read = parse("main.tf.json", stack);
  const envoy = file(ENVOY_POLICY_FILE);
  return {
    stack: read,
    // A bootstrap has no functions, nor does an environment in which Envoy alone decides.
    ...(isDecidedByFunctions(read) && { policy: parse(POLICY_FILE, policy) }),
    ...(envoy !== undefined && { envoy: parse(ENVOY_POLICY_FILE, envoy) }),
  };
}

const known = new Map<string, unknown>();

/** Equal texts share one object. Most environments of a review are equal on both sides and need no comparison. */
function parsed(text: string) {
  if (!known.has(text)) known.set(text, JSON.parse(text));
  return known.get(text) as ReturnType<typeof JSON.parse>;
}
