import { readFileSync } from "node:fs";
import { join } from "node:path";
import { POLICY_FILE } from "../../contract/policy-file";
import { sentence } from "../../intent/model/expectation";
import type { Intent } from "../../intent/model/intent";
import { accessLedger, accessMarkdown } from "../../packages/terraform-access-review/access/ledger";
import type { StackJson } from "../../packages/terraform-access-review/terraform-json/stack-json";
import { authorizerPolicy } from "../../stacks/authorizer-policy";
import { policyText } from "../../stacks/aws/authorizer-functions";
import { expectationFaults } from "../expectations/assert";
import { counting } from "../process/progress";
import type { Draft } from "./draft";
import { envoyFiles, reviewText, type TerraformJson } from "./review-text";
import { eachStack, RefusedStack, synthesizeStrictly } from "./strict-app";

export interface SynthesizedEnvironment {
  readonly intent: Intent;
  readonly stack: TerraformJson;
  /** Contents of `synthesized/<environment>/`, by file name. */
  readonly files: Readonly<Record<string, string>>;
  readonly milliseconds: number;
}

/** Synthesizes these environments into a draft and returns the files that people review, from the same synthesis. */
export function synthesize(intents: readonly Intent[], draft: Draft): readonly SynthesizedEnvironment[] {
  const next = counting(`synthesizing ${intents.map(({ environment }) => environment).join(", ")}`, intents.length);
  return eachStack(intents, (intent) => {
    next();
    const start = performance.now();
    synthesizeStrictly([intent], [], draft);
    const stack = stackIn(draft, intent);
    return {
      intent,
      stack,
      files: environmentFiles(intent, stack),
      milliseconds: Math.round(performance.now() - start),
    };
  });
}

/** Throws RefusedStack if a synthesized stack breaks an expectation of its config. */
export function assertExpectations(intents: readonly Intent[], draft: Draft): void {
  const expecting = intents.filter(({ expectations }) => expectations.length > 0);
  eachStack(expecting, (intent) => environmentFiles(intent, stackIn(draft, intent)));
}

function stackIn({ out }: Draft, { environment }: Intent): StackJson & TerraformJson {
  return JSON.parse(readFileSync(join(out, "stacks", environment, "cdk.tf.json"), "utf8"));
}

/**
 * The files that people review, by name.
 *
 * @throws RefusedStack if the stack breaks an expectation of config
 */
export function environmentFiles(intent: Intent, stack: StackJson & TerraformJson): Readonly<Record<string, string>> {
  // Only functions read the policy. If the gateway and Envoy decide, it is part of the stack itself.
  const policy = intent.handshake === "federated" ? policyText(authorizerPolicy(intent)) : undefined;
  const rows = accessLedger(stack, policy && JSON.parse(policy));
  const faults = expectationFaults(intent, rows);
  if (faults.length > 0) throw new RefusedStack(faults.join("\n"));
  return {
    "access.md": accessMarkdown(intent.environment, rows, intent.expectations.map(sentence)),
    ...(policy && { [POLICY_FILE]: policy }),
    ...envoyFiles(stack),
    "main.tf.json": reviewText(stack),
  };
}
