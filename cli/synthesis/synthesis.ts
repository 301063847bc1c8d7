import { readFileSync } from "node:fs";
import { join } from "node:path";
import { App, TerraformStack } from "cdktf";
import { ENVOY_POLICY_FILE } from "../../contract/envoy/policy";
import { POLICY_FILE } from "../../contract/policy-file";
import type { BootstrapIntent } from "../../intent/model/bootstrap-intent";
import { sentence } from "../../intent/model/expectation";
import type { Intent } from "../../intent/model/intent";
import { placesOf } from "../../intent/schema/places";
import { accessLedger, useRowReaders } from "../../packages/terraform-access-review/access/ledger";
import { NOTHING } from "../../packages/terraform-access-review/model/state";
import { accessMarkdown } from "../../packages/terraform-access-review/render/ledger";
import type { StackJson } from "../../packages/terraform-access-review/terraform-json/stack-json";
import { authorizerPolicy } from "../../stacks/authorizer-policy";
import { policyText } from "../../stacks/aws/authorizer-functions";
import { PolicyTooLarge, pipelineStatements } from "../../stacks/bootstrap/aws/pipeline-roles";
import { envoyPolicy } from "../../stacks/envoy-policy";
import { declareBootstraps, declareStacks, ExtensionError, type FrontDoor } from "../../stacks/front-door";
import { PolicyAspect } from "../../stacks/policy/enforce";
import type { Sources } from "../../stacks/shared/sources";
import { requireVersions } from "../../stacks/terraform-settings";
import { expectationFaults } from "../expectations/assert";
import { CommandError, EXIT, projectError } from "../process/command-error";
import { counting } from "../process/progress";
import { CONFIG } from "../process/project";
import { chosenProviders, ownProviders } from "../terraform/own-providers";
import { type Draft, keepOtherStacks } from "./draft";
import { mainFault, placedInMain, placeInMain, readMain, rowReaders } from "./main";
import { envoyFiles, reviewText, type TerraformJson } from "./review-text";
import { inWords, placesBy } from "./sources";
import { SOURCES_FILE, sourcesText } from "./sources-file";

/** One synthesized stack: an environment's, or the one that gives a pipeline access to it. */
export interface Synthesized {
  readonly name: string;
  readonly stack: TerraformJson;
  /** Contents of `synthesized/<name>/`, by file name. */
  readonly files: Readonly<Record<string, string>>;
  readonly milliseconds: number;
  /** Where an environment's resources come from. */
  readonly sources?: Sources;
}

export interface SynthesizedEnvironment extends Synthesized {
  readonly intent: Intent;
  readonly sources: Sources;
}

/** Synthesizes these environments into a draft and returns the files that people review, from the same synthesis. */
export function synthesize(intents: readonly Intent[], draft: Draft): readonly SynthesizedEnvironment[] {
  return inTurn(
    intents.map((intent) => ({ name: intent.environment, intent })),
    ({ name, intent }) => {
      const sources = synthesizeStrictly([intent], [], draft).get(name) ?? new Map();
      const stack = stackIn(draft, name);
      return { stack, files: environmentFiles(intent, stack, sources), sources };
    },
  );
}

/** Synthesizes the bootstraps' stacks, which have no functions and so no policy. */
export function synthesizeBootstraps(
  bootstraps: readonly BootstrapIntent[],
  draft: Draft,
): readonly (Synthesized & { readonly bootstrap: BootstrapIntent })[] {
  return inTurn(
    bootstraps.map((bootstrap) => ({ name: bootstrap.stack, bootstrap })),
    ({ name, bootstrap }) => {
      synthesizeStrictly([], [bootstrap], draft);
      const stack = stackIn(draft, name);
      return { stack, files: bootstrapFiles(bootstrap, stack) };
    },
  );
}

type Stack = StackJson & TerraformJson;
type Files = Synthesized["files"];

function inTurn<T extends { readonly name: string }, Made>(subjects: readonly T[], make: (subject: T) => Made) {
  const count = counting(`synthesizing ${subjects.map(({ name }) => name).join(", ")}`, subjects.length);
  try {
    return eachStack(subjects, (subject) => {
      count.next();
      const start = performance.now();
      return { ...subject, ...make(subject), milliseconds: Math.round(performance.now() - start) };
    });
  } finally {
    count.end();
  }
}

/** Throws RefusedStack if a synthesized stack breaks an expectation of its config. */
export function assertExpectations(
  intents: readonly Intent[],
  draft: Draft,
  sources: ReadonlyMap<string, Sources>,
): void {
  const expecting = intents.filter(({ expectations }) => expectations.length > 0);
  eachStack(expecting, (intent) => {
    const { environment } = intent;
    return environmentFiles(intent, stackIn(draft, environment), sources.get(environment));
  });
}

function stackIn({ out }: Draft, name: string): Stack {
  return JSON.parse(readFileSync(join(out, "stacks", name, "cdk.tf.json"), "utf8"));
}

/**
 * The files that people review, by name.
 *
 * @param sources where the stack's resources come from, for the lines that a broken expectation names
 * @throws RefusedStack if the stack breaks an expectation of config
 */
export function environmentFiles(intent: Intent, stack: Stack, sources: Sources = new Map()): Files {
  // Only functions read the policy. What Envoy enforces is compiled from a policy of its own.
  const policy = intent.handshake === "federated" ? policyText(authorizerPolicy(intent)) : undefined;
  const envoy = envoyPolicy(intent);
  const rows = accessLedger(stack, policy && JSON.parse(policy), envoy);
  const placeOf = placesBy(sources, () => placesOf(CONFIG, intent.environment));
  const faults = expectationFaults(intent, stack, rows, (...at) => placeOf(...at)?.place);
  if (faults.length > 0) throw new RefusedStack(faults.join("\n"));
  return {
    "access.md": accessMarkdown(intent.environment, rows, statedBy(intent)),
    ...(policy && { [POLICY_FILE]: policy }),
    ...(envoy && { [ENVOY_POLICY_FILE]: policyText(envoy) }),
    ...envoyFiles(stack),
    "main.tf.json": reviewText(stack),
    [SOURCES_FILE]: sourcesText(sources),
  };
}

function statedBy({ twinOf, expectations }: Intent): readonly string[] {
  const twin = twinOf === undefined ? [] : [`twin of ${twinOf}: the same callers may call the same routes`];
  return [...twin, ...expectations.map(sentence)];
}

/** Resources with a wildcard in statements of the pipeline's roles, sorted, each once. */
function wildcardsOf(bootstrap: BootstrapIntent): readonly string[] {
  const resources = pipelineStatements(bootstrap).flatMap(({ Resource = [] }) => [Resource].flat());
  return [...new Set(resources.filter((each) => /[*?]/.test(each)))].sort();
}

/** The files that people review, by name. */
export function bootstrapFiles(bootstrap: BootstrapIntent, stack: Stack): Files {
  return {
    "access.md": accessMarkdown(bootstrap.stack, accessLedger(stack, NOTHING.policy), [], wildcardsOf(bootstrap)),
    "main.tf.json": reviewText(stack),
  };
}

/** The beginning and the end of cdktf's message when a rule refuses a stack. */
const REFUSED = /^Encountered Annotations with level "ERROR":\n([\s\S]*?)\s*(?:Either fix the issues above|$)/;

/**
 * This setting would make cdktf write a stack that a rule has refused. Here only config allows a finding, with a
 * reason.
 */
const WAY_ROUND = "CDKTF_CONTINUE_SYNTH_ON_ERROR_ANNOTATIONS";

/** A stack that a rule refuses. */
class RefusedStack extends CommandError {
  /** @param findings as cdktf prints them */
  constructor(readonly findings: string) {
    super(`${findings}\nsynthesized/ was not changed`, EXIT.failed);
  }
}

/**
 * Synthesizes one stack after another, and reports the rules' findings in all stacks together, so that the first stack's
 * findings do not hide the others'.
 */
function eachStack<T, Done>(subjects: readonly T[], synthesize: (subject: T) => Done): readonly Done[] {
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
    if (error instanceof PolicyTooLarge) throw projectError(error.message);
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
