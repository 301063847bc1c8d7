import { Aspects, type TerraformStack } from "cdktf";
import type { BootstrapIntent } from "../../intent/bootstrap-intent";
import { Allowances, NoUnusedAllowance } from "./allowances";
import { DeletionProtection } from "./deletion-protection";
import { FederationLocks } from "./federation-locks";
import { NoWildcardGrant } from "./no-wildcard-grant";
import { TagsEverywhere } from "./tags-everywhere";

/** Every rule of the environments' stacks that says something about identities, a state and who may come in. */
export function enforceBootstrapPolicies(stack: TerraformStack, intent: BootstrapIntent): void {
  const allowances = new Allowances(intent.allowances);
  for (const rule of [
    new DeletionProtection(allowances, true),
    new FederationLocks(allowances, "jobs"),
    new NoWildcardGrant(allowances),
    new TagsEverywhere(allowances, intent.tags),
    new NoUnusedAllowance(allowances),
  ]) {
    Aspects.of(stack).add(rule);
  }
}
