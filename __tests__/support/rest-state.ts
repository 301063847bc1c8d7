import type { Intent } from "../../intent/intent";
import type { SynthesizedState } from "../../review/change/state";
import { authorizerPolicy } from "../../stacks/authorizer-policy";
import { stackOf } from "./stack";

/** What `synthesized/` would hold of an intent whose functions decide. */
export function stateOf(intent: Intent): SynthesizedState {
  return {
    stack: withoutComments(stackOf(intent).json) as SynthesizedState["stack"],
    policy: JSON.parse(JSON.stringify(authorizerPolicy(intent))),
  };
}

/** Without cdktf's own notes, which are in no file that people review. */
function withoutComments(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutComments);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]) => (key === "//" ? [] : [[key, withoutComments(inner)]])),
  );
}
