import { App } from "cdktf";
import type { AuthorizerPolicy } from "../../../contract/policy-file";
import { loadIntents } from "../../../intent/load";
import type { Intent } from "../../../intent/model/intent";
import { placesOf } from "../../../intent/schema/places";
import { accessLedger } from "../../../packages/terraform-access-review/access/ledger";
import type { StackJson } from "../../../packages/terraform-access-review/terraform-json/stack-json";
import { policyText } from "../../../stacks/aws/authorizer-functions";
import { envoyPolicy } from "../../../stacks/envoy-policy";
import { declareEnvironment, ExtensionError } from "../../../stacks/front-door";
import { findingsOf, objection, type PlaceOf, PolicyAspect } from "../../../stacks/policy/enforce";
import { policyFileRules } from "../../../stacks/policy/policies";
import type { PolicyRule } from "../../../stacks/policy/rule";
import { literal } from "../../../stacks/shared/literal";
import type { Sources } from "../../../stacks/shared/sources";
import { faultOf } from "../../expectations/assert";
import { breaches } from "../../expectations/ledger";
import { projectError } from "../../process/command-error";
import { CONFIG } from "../../process/project";
import { inDraft } from "../../synthesis/draft";
import { readIntents, refusalText } from "../../synthesis/intents";
import { placedInMain, readMain } from "../../synthesis/main";
import { inWords, placesBy } from "../../synthesis/sources";
import { extensionFault, withoutTokenTraces } from "../../synthesis/strict-app";
import { PATHS } from "./stack-faults";

/** A branch's own files, which no person has reviewed. */
export interface Untrusted {
  readonly stack: StackJson;
  /** The policy that the functions carry; undefined if no function decides. */
  readonly policy: AuthorizerPolicy | undefined;
  /** Text of the file with Envoy's policy; undefined if there is none. */
  readonly envoy: string | undefined;
  /** Folder with the branch's config. */
  readonly config: string;
}

/**
 * Findings of this checkout's policy rules and expectations in a branch's stack, given the branch's config. If a branch
 * deleted or weakened a rule or an expectation, the original still counts, and its names must fit the branch's config. Only
 * allowances of this checkout's config count.
 */
export function ruleFaults(environment: string, { stack, policy, envoy, config }: Untrusted): readonly string[] {
  const intent = intentOf(environment, config);
  const here = readIntents().find((each) => each.environment === environment);
  const { rules: own, sources } = declaredHere(intent);
  const rules = [...own, ...rulesOn(policy, intent)];
  const placeOf = placesBy(sources, () => placesOf(config, environment));
  const expected = envoyPolicy(intent);
  try {
    return [
      ...envoyFileFaults(PATHS.envoy(environment), envoy, expected && policyText(expected)),
      ...messagesOf(rules, stack, here?.allowances ?? [], (address) => inWords(placeOf(address))),
      ...breaches(intent.expectations, intent, stack, accessLedger(stack, policy, expected), here).map(
        (breach) => `${faultOf(breach, intent)}\n    ${REMEDY}`,
      ),
    ];
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return [`cdk.tf.json: policy rules cannot read it: ${error.message}`];
  }
}

/** A review would not read Envoy by another file, so only the one that this checkout writes for the config may be there. */
function envoyFileFaults(path: string, found: string | undefined, expected: string | undefined): readonly string[] {
  if (found === expected) return [];
  const what = expected === undefined ? "a file that no synthesis writes" : "differs from what the config gives";
  return [
    found === undefined ? `${path}: is missing, and Envoy's access cannot be reviewed without it` : `${path}: ${what}`,
  ];
}

/** This checkout's rules, including those of its main.ts, and where its resources come from, for the branch's config. */
function declaredHere(intent: Intent): { readonly rules: readonly PolicyRule[]; readonly sources: Sources } {
  try {
    return inDraft((draft) =>
      withoutTokenTraces(() => {
        const app = new App({ outdir: draft.out });
        const stack = declareEnvironment(app, intent, draft.functions, readMain());
        return { rules: PolicyAspect.of(stack).rules, sources: placedInMain(stack.sources) };
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
  const loaded = loadIntents(config, CONFIG);
  if (!loaded.ok) {
    throw projectError(
      `${refusalText(loaded)}\nthe base branch cannot accept the branch's config/\n` +
        "    a key that the branch itself adds is known only after its merge; the expectations are those of the base branch: " +
        "merge another statement first",
    );
  }
  const intent = loaded.intents.find((each) => each.environment === environment);
  if (intent !== undefined) return intent;
  throw projectError(`config/ of the artefact has no environment ${environment}`);
}
