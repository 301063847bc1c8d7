import type { TerraformStack } from "cdktf";
import type { BootstrapIntent } from "../../intent/bootstrap-intent";
import { Allowances } from "./allowances";
import { DeletionProtection } from "./deletion-protection";
import { enforce } from "./enforce";
import { FederationLocks } from "./federation-locks";
import { NoWildcardGrant } from "./no-wildcard-grant";
import { TagsEverywhere } from "./tags-everywhere";

/** Every rule of the environments' stacks that says something about identities, a state and who may come in. */
export function enforceBootstrapPolicies(stack: TerraformStack, intent: BootstrapIntent): void {
  const allowances = new Allowances(intent.allowances, "config/bootstrap.yaml");
  const rules = [
    new DeletionProtection(allowances, true),
    new FederationLocks(allowances, "jobs"),
    new NoWildcardGrant(allowances),
    new TagsEverywhere(allowances, intent.tags),
  ];
  enforce(stack, rules, allowances);
}
