import type { DeclaredStack } from "./declared-stack";
import type { Finding } from "./rule";

/**
 * Authorizers whose answers the gateway replays for longer than config says. The function gives a Google token at least that
 * much life, and no more is certain: past it a replayed one is expired, and whoever was shut out since still passes.
 */
export function keptAnswers(stack: DeclaredStack, type: string, seconds: number): readonly Finding[] {
  return stack
    .ofType(type)
    .map(({ address, attributes }) => ({ address, found: attributes.authorizer_result_ttl_in_seconds }))
    .filter(({ found }) => found !== seconds)
    .map(({ address, found }) => ({
      address,
      message: `keeps its answers for ${found ?? "an unsaid number of"} seconds: expected ${seconds}, as the function does`,
    }));
}
