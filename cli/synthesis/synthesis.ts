import { readFileSync } from "node:fs";
import { join } from "node:path";
import { POLICY_FILE } from "../../contract/policy-file";
import type { BootstrapIntent } from "../../intent/model/bootstrap-intent";
import { sentence } from "../../intent/model/expectation";
import type { Intent } from "../../intent/model/intent";
import { accessLedger } from "../../packages/terraform-access-review/access/ledger";
import { NOTHING } from "../../packages/terraform-access-review/model/state";
import { accessMarkdown } from "../../packages/terraform-access-review/render/ledger";
import type { StackJson } from "../../packages/terraform-access-review/terraform-json/stack-json";
import { authorizerPolicy } from "../../stacks/authorizer-policy";
import { policyText } from "../../stacks/aws/authorizer-functions";
import { expectationFaults } from "../expectations/assert";
import { counting } from "../process/progress";
import type { Draft } from "./draft";
import { envoyFiles, reviewText, type TerraformJson } from "./review-text";
import { eachStack, RefusedStack, synthesizeStrictly } from "./strict-app";

/** One synthesized stack: an environment's, or the one that gives a pipeline access to it. */
export interface Synthesized {
  readonly name: string;
  readonly stack: TerraformJson;
  /** Contents of `synthesized/<name>/`, by file name. */
  readonly files: Readonly<Record<string, string>>;
  readonly milliseconds: number;
}

export interface SynthesizedEnvironment extends Synthesized {
  readonly intent: Intent;
}

/** Synthesizes these environments into a draft and returns the files that people review, from the same synthesis. */
export function synthesize(intents: readonly Intent[], draft: Draft): readonly SynthesizedEnvironment[] {
  const done = inTurn(intents, draft, {
    name: ({ environment }) => environment,
    declare: (intent) => synthesizeStrictly([intent], [], draft),
    files: environmentFiles,
  });
  return done.map(({ subject: intent, ...each }) => ({ ...each, intent }));
}

export interface SynthesizedBootstrap extends Synthesized {
  readonly bootstrap: BootstrapIntent;
}

/** Synthesizes the bootstraps' stacks, which have no functions and so no policy. */
export function synthesizeBootstraps(
  bootstraps: readonly BootstrapIntent[],
  draft: Draft,
): readonly SynthesizedBootstrap[] {
  const done = inTurn(bootstraps, draft, {
    name: ({ stack }) => stack,
    declare: (bootstrap) => synthesizeStrictly([], [bootstrap], draft),
    files: bootstrapFiles,
  });
  return done.map(({ subject: bootstrap, ...each }) => ({ ...each, bootstrap }));
}

type Stack = StackJson & TerraformJson;
type Files = Synthesized["files"];

interface Steps<T> {
  readonly name: (subject: T) => string;
  readonly declare: (subject: T) => void;
  readonly files: (subject: T, stack: Stack) => Files;
}

function inTurn<T>(
  subjects: readonly T[],
  draft: Draft,
  { name: nameOf, declare, files }: Steps<T>,
): readonly (Synthesized & { readonly subject: T })[] {
  const next = counting(`synthesizing ${subjects.map(nameOf).join(", ")}`, subjects.length);
  return eachStack(subjects, (subject) => {
    next();
    const [name, start] = [nameOf(subject), performance.now()];
    declare(subject);
    const stack = stackIn(draft, name);
    return { subject, name, stack, files: files(subject, stack), milliseconds: Math.round(performance.now() - start) };
  });
}

/** Throws RefusedStack if a synthesized stack breaks an expectation of its config. */
export function assertExpectations(intents: readonly Intent[], draft: Draft): void {
  const expecting = intents.filter(({ expectations }) => expectations.length > 0);
  eachStack(expecting, (intent) => environmentFiles(intent, stackIn(draft, intent.environment)));
}

function stackIn({ out }: Draft, name: string): Stack {
  return JSON.parse(readFileSync(join(out, "stacks", name, "cdk.tf.json"), "utf8"));
}

/**
 * The files that people review, by name.
 *
 * @throws RefusedStack if the stack breaks an expectation of config
 */
export function environmentFiles(intent: Intent, stack: Stack): Files {
  // Only functions read the policy. If the gateway and Envoy decide, it is part of the stack itself.
  const policy = intent.handshake === "federated" ? policyText(authorizerPolicy(intent)) : undefined;
  const rows = accessLedger(stack, policy && JSON.parse(policy));
  const faults = expectationFaults(intent, stack, rows);
  if (faults.length > 0) throw new RefusedStack(faults.join("\n"));
  return {
    "access.md": accessMarkdown(intent.environment, rows, intent.expectations.map(sentence)),
    ...(policy && { [POLICY_FILE]: policy }),
    ...envoyFiles(stack),
    "main.tf.json": reviewText(stack),
  };
}

/** The files that people review, by name. */
export function bootstrapFiles(bootstrap: BootstrapIntent, stack: Stack): Files {
  return {
    "access.md": accessMarkdown(bootstrap.stack, accessLedger(stack, NOTHING.policy)),
    "main.tf.json": reviewText(stack),
  };
}
