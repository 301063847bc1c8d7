import type { TerraformStack } from "cdktf";
import type { BootstrapIntent } from "../../intent/model/bootstrap-intent";
import { Allowances } from "./allowances";
import { AttachedPolicies } from "./attached-policies";
import { AuthoritativeGrants } from "./authoritative-grants";
import { DeletionProtection } from "./deletion-protection";
import { enforce } from "./enforce";
import { jobLocks } from "./expected-locks";
import { FederationLocks } from "./federation-locks";
import { FunctionCallers } from "./function-callers";
import { NoWildcardGrant } from "./no-wildcard-grant";
import { TagsEverywhere } from "./tags-everywhere";

/** Every rule of the environments' stacks that says something about identities, a state and who may come in. */
export function enforceBootstrapPolicies(stack: TerraformStack, intent: BootstrapIntent): void {
  const allowances = new Allowances(intent.allowances, "config/bootstrap.yaml");
  const rules = [
    new AttachedPolicies(allowances),
    new AuthoritativeGrants(allowances, "own-roles"),
    new DeletionProtection(allowances, true),
    new FederationLocks(allowances, jobLocks(intent)),
    new FunctionCallers(allowances, intent.aws.account),
    new NoWildcardGrant(allowances),
    new TagsEverywhere(allowances, intent.tags),
  ];
  enforce(stack, rules, allowances);
}
