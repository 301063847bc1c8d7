import { ENVOY_POLICY_FILE } from "../../contract/envoy/policy";
import { POLICY_FILE } from "../../contract/policy-file";
import type { SynthesizedState } from "../../packages/terraform-access-review/model/state";
import { type PlanJson, stateOf } from "../../packages/terraform-access-review/plan/plan-json";
import { isEnvoyConfiguration } from "../../packages/terraform-access-review/terraform-json/secrets";
import { texts } from "../../packages/terraform-access-review/terraform-json/stack-json";
import { commitsOf, commitsWith, fileAt } from "../process/git";
import { type Json, jsonIn } from "../process/json";

/**
 * The synthesis that is deployed. The state holds no policy, only the hash of the zip that contains it. The committed
 * `main.tf.json` of the same synthesis has that hash too. Undefined if no commit has the hash. If no functions are
 * deployed: the synthesis whose Envoys are, or "nothing".
 */
export function deployedSynthesis(
  environment: string,
  plan: PlanJson,
  head: SynthesizedState,
): SynthesizedState | "nothing" | undefined {
  const deployed = hashesOf(plan);
  if (deployed.length === 0) return synthesisOfEnvoys(environment, plan, head) ?? "nothing";
  const [hash, ...others] = deployed;
  // Two hashes: an apply stopped between the two functions, so each decides by a different policy.
  if (hash === undefined || others.length > 0) return undefined;
  if (hashIn(head.stack) === hash) return head;
  const path = `synthesized/${environment}/main.tf.json`;
  for (const commit of commitsWith(hash, path)) {
    const [stack, policy, envoy] = ["main.tf.json", POLICY_FILE, ENVOY_POLICY_FILE].map((name) =>
      jsonIn(fileAt(commit, `synthesized/${environment}/${name}`)),
    );
    if (stack !== undefined && policy !== undefined && hashIn(stack) === hash) {
      return { stack, policy, ...(envoy !== undefined && { envoy }) };
    }
  }
  return undefined;
}

/**
 * The synthesis whose Envoys are deployed, where no function decides. Finds it by their configurations, with any value in
 * place of a reference. That proves nothing: the review itself compares each Envoy with its policy.
 */
function synthesisOfEnvoys(environment: string, plan: PlanJson, head: SynthesizedState): SynthesizedState | undefined {
  const deployed = envoyTexts(stateOf(plan).map(({ values }) => values));
  if (deployed.length === 0) return undefined;
  const isDeployed = ({ stack }: Json) => {
    const texts = envoyTexts(Object.values<Json>(stack?.resource ?? {}).flatMap(Object.values));
    return deployed.every((text) => texts.some((written) => isWrittenAs(text, written)));
  };
  if (isDeployed(head)) return head;
  const path = (name: string) => `synthesized/${environment}/${name}`;
  for (const commit of commitsOf(path(ENVOY_POLICY_FILE))) {
    const [stack, envoy] = ["main.tf.json", ENVOY_POLICY_FILE].map((name) => jsonIn(fileAt(commit, path(name))));
    if (stack !== undefined && envoy !== undefined && isDeployed({ stack })) return { stack, envoy };
  }
  return undefined;
}

function envoyTexts(bodies: readonly unknown[]): readonly string[] {
  return bodies.flatMap(texts).filter(isEnvoyConfiguration);
}

/** Whether a text has all parts of another one that are between its references, in the same order. */
function isWrittenAs(text: string, written: string): boolean {
  const parts = written.split(/\$\{[^}]*\}/);
  let at = 0;
  return parts.every((part) => {
    const found = text.indexOf(part, at);
    at = found + part.length;
    return found >= 0;
  });
}

/** The distinct zips that the deployed functions run. */
function hashesOf(plan: PlanJson): readonly string[] {
  const functions = stateOf(plan).filter(
    ({ address }) => address === "aws_lambda_function.callers" || address === "aws_lambda_function.public",
  );
  return [...new Set(functions.map(({ values }) => String(values?.source_code_hash)))];
}

function hashIn(stack: Json): unknown {
  return stack?.resource?.aws_lambda_function?.callers?.source_code_hash;
}
