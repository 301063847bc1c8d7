import { readFileSync } from "node:fs";
import { join } from "node:path";
import { POLICY_FILE } from "../../contract/policy-file";
import type { Intent } from "../../intent/model/intent";
import { accessLedger, accessMarkdown } from "../../packages/terraform-access-review/access";
import type { StackJson } from "../../packages/terraform-access-review/terraform-json/stack-json";
import { authorizerPolicy } from "../../stacks/authorizer-policy";
import { policyText } from "../../stacks/aws/authorizer-archive";
import { counting } from "../process/progress";
import type { Draft } from "./draft";
import { envoyFiles, reviewText, type TerraformJson } from "./review-text";
import { eachStack, synthesizeStrictly } from "./strict-app";

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
    const stack = JSON.parse(readFileSync(join(draft.out, "stacks", intent.environment, "cdk.tf.json"), "utf8"));
    return {
      intent,
      stack,
      files: environmentFiles(intent, stack),
      milliseconds: Math.round(performance.now() - start),
    };
  });
}

/** The files that people review, by name. */
export function environmentFiles(intent: Intent, stack: StackJson & TerraformJson): Readonly<Record<string, string>> {
  // Only functions read the policy. If the gateway and Envoy decide, it is part of the stack itself.
  const policy = intent.handshake === "federated" ? policyText(authorizerPolicy(intent)) : undefined;
  return {
    "access.md": accessMarkdown(intent.environment, accessLedger(stack, policy && JSON.parse(policy))),
    ...(policy && { [POLICY_FILE]: policy }),
    ...envoyFiles(stack),
    "main.tf.json": reviewText(stack),
  };
}
