import type { SynthesizedState } from "../../packages/terraform-access-review/model/state";
import { type PlanJson, stateOf } from "../../packages/terraform-access-review/plan/plan-json";
import { commitsWith, fileAt } from "../process/git";
import { type Json, jsonIn } from "../process/json";

/**
 * The synthesis that is deployed. The state holds no policy, only the hash of the zip that contains it. The committed
 * `main.tf.json` of the same synthesis has that hash too. Undefined if no commit has the hash. "nothing" if no functions
 * are deployed: Envoy's rules are then in the state itself.
 */
export function deployedSynthesis(
  environment: string,
  plan: PlanJson,
  head: SynthesizedState,
): SynthesizedState | "nothing" | undefined {
  const deployed = hashesOf(plan);
  if (deployed.length === 0) return "nothing";
  const [hash, ...others] = deployed;
  // Two hashes: an apply stopped between the two functions, so each decides by a different policy.
  if (hash === undefined || others.length > 0) return undefined;
  if (hashIn(head.stack) === hash) return head;
  const path = `synthesized/${environment}/main.tf.json`;
  for (const commit of commitsWith(hash, path)) {
    const [stack, policy] = [path, `synthesized/${environment}/authorizer-policy.json`].map((file) =>
      jsonIn(fileAt(commit, file)),
    );
    if (stack !== undefined && policy !== undefined && hashIn(stack) === hash) {
      return { stack, policy } as SynthesizedState;
    }
  }
  return undefined;
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
