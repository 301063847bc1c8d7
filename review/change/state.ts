import type { PolicyJson } from "../access/policy-json";
import type { StackJson } from "../stack-json";

/** What `synthesized/<environment>/` holds of one commit. */
export interface SynthesizedState {
  readonly stack: StackJson & { readonly [block: string]: unknown };
  readonly policy: PolicyJson;
}

/** An environment that is not there, or not yet. */
export const NOTHING: SynthesizedState = {
  stack: { resource: {}, provider: {} },
  policy: { cacheSeconds: 0, issuers: [], services: {}, routes: {} },
};
