import type { AuthorizerPolicy } from "../../contract/policy-file";
import { resourcesOf, type StackJson } from "../../packages/terraform-access-review/terraform-json/stack-json";
import type { Finding } from "./rule";
/** Routes of the policy that no API at this address declares: whoever may call them would find nothing there. */
export function missingRoutes(policy: AuthorizerPolicy, declared: readonly string[], address: string): Finding[] {
  return Object.keys(policy.routes)
    .filter((key) => !declared.includes(key))
    .map((key) => ({ address, message: `has no route ${key} of the policy` }));
}

/**
 * Authorizers whose answers the gateway replays for longer than config says. The function gives a Google token at least that
 * much life, and no more is certain: past it a replayed one is expired, and whoever was shut out since still passes.
 */
export function keptAnswers(stack: StackJson, type: string, seconds: number): readonly Finding[] {
  return resourcesOf(stack, type)
    .map(({ address, attributes }) => ({ address, found: attributes.authorizer_result_ttl_in_seconds }))
    .filter(({ found }) => found !== seconds)
    .map(({ address, found }) => ({
      address,
      message: `keeps its answers for ${found ?? "an unsaid number of"} seconds: expected ${seconds}, as the function does`,
    }));
}
