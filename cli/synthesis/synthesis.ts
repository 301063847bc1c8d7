import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ENVOY_POLICY_FILE } from "../../contract/envoy/policy";
import { POLICY_FILE } from "../../contract/policy-file";
import type { BootstrapIntent } from "../../intent/model/bootstrap-intent";
import { sentence } from "../../intent/model/expectation";
import type { Intent } from "../../intent/model/intent";
import { placesOf } from "../../intent/schema/places";
import { accessLedger } from "../../packages/terraform-access-review/access/ledger";
import { NOTHING } from "../../packages/terraform-access-review/model/state";
import { accessMarkdown } from "../../packages/terraform-access-review/render/ledger";
import type { StackJson } from "../../packages/terraform-access-review/terraform-json/stack-json";
import { authorizerPolicy } from "../../stacks/authorizer-policy";
import { policyText } from "../../stacks/aws/authorizer-functions";
import { pipelineStatements } from "../../stacks/bootstrap/aws/pipeline-roles";
import { envoyPolicy } from "../../stacks/envoy-policy";
import type { Sources } from "../../stacks/shared/sources";
import { expectationFaults } from "../expectations/assert";
import { counting } from "../process/progress";
import { CONFIG } from "../process/project";
import type { Draft } from "./draft";
import { envoyFiles, reviewText, type TerraformJson } from "./review-text";
import { placesBy } from "./sources";
import { SOURCES_FILE, sourcesText } from "./sources-file";
import { eachStack, RefusedStack, synthesizeStrictly } from "./strict-app";

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
    "access.md": accessMarkdown(intent.environment, rows, intent.expectations.map(sentence)),
    ...(policy && { [POLICY_FILE]: policy }),
    ...(envoy && { [ENVOY_POLICY_FILE]: policyText(envoy) }),
    ...envoyFiles(stack),
    "main.tf.json": reviewText(stack),
    [SOURCES_FILE]: sourcesText(sources),
  };
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
