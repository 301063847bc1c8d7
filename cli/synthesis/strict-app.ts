import { App, TerraformStack } from "cdktf";
import type { BootstrapIntent } from "../../intent/model/bootstrap-intent";
import type { Intent } from "../../intent/model/intent";
import { placesOf } from "../../intent/schema/places";
import { useRowReaders } from "../../packages/terraform-access-review/access/ledger";
import type { StackJson } from "../../packages/terraform-access-review/terraform-json/stack-json";
import { declareBootstraps, declareStacks, ExtensionError, type FrontDoor } from "../../stacks/front-door";
import { PolicyAspect } from "../../stacks/policy/enforce";
import type { Sources } from "../../stacks/shared/sources";
import { requireVersions } from "../../stacks/terraform-settings";
import { CommandError, EXIT, projectError } from "../process/command-error";
import { CONFIG } from "../process/project";
import { chosenProviders, ownProviders } from "../terraform/own-providers";
import type { Draft } from "./draft";
import { mainFault, placedInMain, placeInMain, readMain, rowReaders } from "./main";
import { keepOtherStacks } from "./manifest";
import { inWords, placesBy } from "./sources";

/** The beginning and the end of cdktf's message when a rule refuses a stack. */
const REFUSED = /^Encountered Annotations with level "ERROR":\n([\s\S]*?)\s*(?:Either fix the issues above|$)/;

/**
 * This setting would make cdktf write a stack that a rule has refused. Here only config allows a finding, with a
 * reason.
 */
const WAY_ROUND = "CDKTF_CONTINUE_SYNTH_ON_ERROR_ANNOTATIONS";

/** A stack that a rule refuses. */
export class RefusedStack extends CommandError {
  /** @param findings as cdktf prints them */
  constructor(readonly findings: string) {
    super(`${findings}\nsynthesized/ was not changed`, EXIT.failed);
  }
}

/**
 * Synthesizes one stack after another, and reports the rules' findings in all stacks together, so that the first stack's
 * findings do not hide the others'.
 */
export function eachStack<T, Done>(subjects: readonly T[], synthesize: (subject: T) => Done): readonly Done[] {
  const refused: string[] = [];
  const done = subjects.flatMap((subject) => {
    try {
      return [synthesize(subject)];
    } catch (error) {
      if (!(error instanceof RefusedStack)) throw error;
      refused.push(error.findings);
      return [];
    }
  });
  if (refused.length > 0) throw new RefusedStack(refused.join("\n"));
  return done;
}

/**
 * Synthesizes these environments into a draft, in addition to the stacks already there. Throws if a policy rule refuses
 * a stack.
 *
 * @returns where each resource comes from, by environment
 */
export function synthesizeStrictly(
  intents: readonly Intent[],
  bootstraps: readonly BootstrapIntent[],
  { out, functions }: Draft,
): ReadonlyMap<string, Sources> {
  delete process.env[WAY_ROUND];
  try {
    return withoutTokenTraces(() => {
      const app = new App({ outdir: out });
      const own = withOwnFaults(readMain());
      const versions = chosenProviders(ownProviders());
      useRowReaders(rowReaders(own.access ?? []));
      const stacks = declareStacks(app, intents, functions, own);
      const sources = new Map(stacks.map((stack) => [stack.environment, placedInMain(stack.sources)]));
      for (const stack of stacks) {
        const declared = sources.get(stack.environment) as Sources;
        const placeOf = placesBy(declared, () => placesOf(CONFIG, stack.environment));
        PolicyAspect.of(stack).placeOf = (address) => inWords(placeOf(address));
      }
      declareBootstraps(app, bootstraps);
      for (const stack of app.node.children.filter(TerraformStack.isStack)) requireVersions(stack, versions);
      assertOwnStacks(app, [...intents.map(({ environment }) => environment), ...bootstraps.map(({ stack }) => stack)]);
      keepOtherStacks(app);
      app.synth();
      return sources;
    });
  } catch (error) {
    if (error instanceof ExtensionError) throw extensionFault(error);
    const findings = REFUSED.exec((error as Error).message)?.[1];
    if (findings !== undefined) throw new RefusedStack(findings);
    if (error instanceof CommandError || placeInMain((error as Error).stack ?? "") === undefined) throw error;
    throw mainFault(error, "a value that extend declares");
  }
}

/** What `extend` did wrong, or its own error at its own line. */
export function extensionFault({ cause, message }: ExtensionError): CommandError {
  return cause === undefined ? projectError(message) : mainFault(cause, message);
}

/** Reports an error of the project's own rules at its own line. */
function withOwnFaults({ rules = [], ...own }: FrontDoor): FrontDoor {
  const guarded = rules.map((rule) => ({
    id: rule.id,
    findings: (stack: StackJson) => {
      try {
        return rule.findings(stack);
      } catch (error) {
        throw mainFault(error, `the rule ${rule.id}`);
      }
    },
  }));
  return { ...own, rules: guarded };
}

/** Rules do not judge any other stack, and reviews do not show it. */
function assertOwnStacks(app: App, own: readonly string[]): void {
  const others = app.node.findAll().filter((node) => TerraformStack.isStack(node) && !own.includes(node.node.id));
  if (others.length === 0) return;
  throw projectError(
    `main.ts: got the stack ${others.map(({ node }) => node.path).join(", ")}, expected resources only in the stacks of config`,
    "declare them in the stack that extend receives",
  );
}

/**
 * Runs work in which cdktf creates tokens, without recording a stack trace for each. cdktf shows these traces only in
 * errors about tokens. For an environment's thousands of tokens, they take a sixth of a synthesis.
 */
export function withoutTokenTraces<T>(work: () => T): T {
  const { captureStackTrace } = Error;
  Error.captureStackTrace = () => {};
  try {
    return work();
  } finally {
    Error.captureStackTrace = captureStackTrace;
  }
}
