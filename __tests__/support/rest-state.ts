import type { Intent } from "../../intent/model/intent";
import type { SynthesizedState } from "../../packages/terraform-access-review/model/state";
import { oncePerWorker } from "./once-per-worker";
import { stackOf } from "./stack";

/** The content of `synthesized/` for an intent whose functions decide; made once per worker. */
export function stateOf(intent: Intent): SynthesizedState {
  return oncePerWorker(`state ${JSON.stringify(intent)}`, () => {
    const { authorizerPolicy } =
      require("../../stacks/authorizer-policy") as typeof import("../../stacks/authorizer-policy");
    return {
      stack: withoutComments(stackOf(intent).json) as SynthesizedState["stack"],
      policy: authorizerPolicy(intent),
    };
  });
}

/** Leaves out cdktf's metadata, which is in no reviewed file. */
function withoutComments(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutComments);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]) => (key === "//" ? [] : [[key, withoutComments(inner)]])),
  );
}
