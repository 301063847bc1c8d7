import { App } from "cdktf";
import type { AuthorizerPolicy } from "../../../contract/policy-file";
import { loadIntents } from "../../../intent/load";
import type { Intent } from "../../../intent/model/intent";
import { formatRefusal } from "../../../intent/model/problem";
import { placesOf } from "../../../intent/schema/places";
import { accessLedger } from "../../../packages/terraform-access-review/access/ledger";
import type { StackJson } from "../../../packages/terraform-access-review/terraform-json/stack-json";
import { declareEnvironment, ExtensionError } from "../../../stacks/front-door";
import { findingsOf, objection, type PlaceOf, PolicyAspect } from "../../../stacks/policy/enforce";
import { policyFileRules } from "../../../stacks/policy/policies";
import type { PolicyRule } from "../../../stacks/policy/rule";
import type { Sources } from "../../../stacks/shared/comes-from";
import { literal } from "../../../stacks/terraform-settings";
import { faultOf } from "../../expectations/assert";
import { breaches } from "../../expectations/ledger";
import { projectError } from "../../process/command-error";
import { inDraft } from "../../synthesis/draft";
import { readIntents } from "../../synthesis/intents";
import { readMain } from "../../synthesis/main";
import { inWords, placesBy } from "../../synthesis/sources";
import { extensionFault, withoutTokenTraces } from "../../synthesis/strict-app";

/** A branch's own files, which no person has reviewed. */
export interface Untrusted {
  readonly stack: StackJson;
  /** The policy that the functions carry; undefined if no function decides. */
  readonly policy: AuthorizerPolicy | undefined;
  /** Folder with the branch's config. */
  readonly config: string;
}

/**
 * Findings of this checkout's policy rules and expectations in a branch's stack, given the branch's config. If a branch
 * deleted or weakened a rule or an expectation, the original still counts. Only allowances of this checkout's config
 * count.
 */
export function ruleFaults(environment: string, { stack, policy, config }: Untrusted): readonly string[] {
  const intent = intentOf(environment, config);
  const here = readIntents().find((each) => each.environment === environment);
  const { rules: own, sources } = declaredHere(intent);
  const rules = [...own, ...rulesOn(policy, intent)];
  const placeOf = placesBy(sources, () => placesOf(config, environment));
  try {
    return [
      ...messagesOf(rules, stack, here?.allowances ?? [], (address) => inWords(placeOf(address))),
      ...breaches(here?.expectations ?? [], intent, stack, accessLedger(stack, policy)).map(
        (breach) => `${faultOf(breach, intent)}\n    ${REMEDY}`,
      ),
    ];
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return [`cdk.tf.json: policy rules cannot read it: ${error.message}`];
  }
}

/** This checkout's rules, including those of its main.ts, and where its resources come from, for the branch's config. */
function declaredHere(intent: Intent): { readonly rules: readonly PolicyRule[]; readonly sources: Sources } {
  try {
    return inDraft((draft) =>
      withoutTokenTraces(() => {
        const app = new App({ outdir: draft.out });
        const stack = declareEnvironment(app, intent, draft.functions, readMain());
        return { rules: PolicyAspect.of(stack).rules, sources: stack.sources };
      }),
    );
  } catch (error) {
    if (!(error instanceof ExtensionError)) throw error;
    throw projectError(
      extensionFault(error).message,
      "the base branch's main.ts cannot extend what the branch's config declares: plan it after the merge",
    );
  }
}

/** The functions will decide by the branch's own policy, whatever this checkout makes of the config. */
function rulesOn(policy: AuthorizerPolicy | undefined, intent: Intent): readonly PolicyRule[] {
  return policy === undefined ? [] : policyFileRules(literal(intent), policy);
}

function messagesOf(
  rules: readonly PolicyRule[],
  stack: StackJson,
  allowed: Intent["allowances"],
  placeOf: PlaceOf,
): readonly string[] {
  return [...new Set(findingsOf(rules, stack, allowed).map((finding) => objection(finding, placeOf, REMEDY)))];
}

const REMEDY =
  "the rules, allowances and expectations of the base branch apply; fix the declaration, or have the change planned by an " +
  "authorized person, or by the deploy after its merge";

function intentOf(environment: string, config: string): Intent {
  const loaded = loadIntents(config);
  if (!loaded.ok) {
    throw projectError(
      `${formatRefusal(loaded.problems, loaded.rulesWait)}\nthe base branch's code cannot read the branch's config/\n` +
        "    a key that the branch itself adds is known only after its merge",
    );
  }
  const intent = loaded.intents.find((each) => each.environment === environment);
  if (intent !== undefined) return intent;
  throw projectError(`config/ of the artefact has no environment ${environment}`);
}
