import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, type TerraformElement } from "cdktf";
import type { Intent } from "../../intent/model/intent";
import { EnvironmentStack } from "../../stacks/environment-stack";
import { objections, PolicyAspect } from "../../stacks/policy/enforce";
import { elementAt, ResolvedStack, terraformOf } from "./resolved-stack";
import { intentOf } from "./shop";
import { BUILD } from "./stack";

/** The element of an address: `aws_iam_role.orders`, `provider.aws`. */
export type Find = (address: string) => TerraformElement & { addOverride(path: string, value: unknown): void };

type Change = (find: Find, stack: EnvironmentStack) => void;

/**
 * Returns the findings that stop the synthesis of an environment after a change. Empty: it is written.
 *
 * Most changes only change values. Such a change is applied to a stack that is already resolved, because resolving a
 * whole stack is most of the cost of a synthesis. For another change, the stack is resolved once, and not written.
 * `violationsOfSynthesis` finds the same.
 */
export function violations(change: Change, intent: Partial<Intent> = {}, environment = "dev"): string[] {
  const changed = { ...intentOf(environment), ...intent };
  // Only a synthesis reports unused allowances.
  if (changed.allowances.length > 0) return violationsOfSynthesis(change, intent, environment);
  return (change.length < 2 ? ofValues(change, changed) : undefined) ?? ofStack(change, changed);
}

/** Uses the app's own `synth()`, because cdktf's test helper does not raise the errors of aspects. */
export function violationsOfSynthesis(change: Change, intent: Partial<Intent> = {}, environment = "dev"): string[] {
  const outdir = mkdtempSync(join(tmpdir(), "front-door-policy-"));
  try {
    const app = new App({ outdir });
    const stack = declared(app, { ...intentOf(environment), ...intent });
    change((address) => elementAt(stack, address), stack);
    app.synth();
    return [];
  } catch (error) {
    const [findings = ""] = (error as Error).message.split("\n\nEither fix the issues above");
    const found = findings.split(`\n[${environment}] `).slice(1);
    if (found.length === 0) throw error;
    return found;
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

/** Resolved stacks with their rules, by intent. No test changes them permanently. */
const unchanged = new Map<string, { readonly resolved: ResolvedStack; readonly aspect: PolicyAspect }>();

/** Returns undefined if the change does more than change values. */
function ofValues(change: Change, intent: Intent): string[] | undefined {
  const key = JSON.stringify(intent);
  const { resolved, aspect } = unchanged.get(key) ?? withRules(intent, key);
  const json = resolved.changed((find) => change(find as Find, undefined as unknown as EnvironmentStack));
  if (json === undefined) return undefined;
  return objections(aspect.rules, json, aspect.allowances);
}

function ofStack(change: Change, intent: Intent): string[] {
  const stack = declared(new App(), intent);
  change((address) => elementAt(stack, address), stack);
  const { rules, allowances } = PolicyAspect.of(stack);
  return objections(rules, { resource: {}, provider: {}, ...terraformOf(stack) }, allowances);
}

function withRules(intent: Intent, key: string) {
  const stack = declared(new App(), intent);
  const made = { resolved: new ResolvedStack(stack, key), aspect: PolicyAspect.of(stack) };
  unchanged.set(key, made);
  return made;
}

function declared(app: App, intent: Intent): EnvironmentStack {
  return new EnvironmentStack(app, intent.environment, { intent, buildFolder: BUILD });
}
