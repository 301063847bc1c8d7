import type { TerraformStack } from "cdktf";
import type { BootstrapIntent } from "../../intent/model/bootstrap-intent";
import { attachedPolicies } from "./attached-policies";
import { authoritativeGrants } from "./authoritative-grants";
import { deletionProtection } from "./deletion-protection";
import { PolicyAspect } from "./enforce";
import { jobTrust } from "./expected-trust";
import { federationTrust } from "./federation-trust";
import { functionCallers } from "./function-callers";
import { noWildcardGrant } from "./no-wildcard-grant";
import { tagsEverywhere } from "./tags-everywhere";

/** Runs the environments' rules that concern identities, the state and who may get access. */
export function enforceBootstrapPolicies(stack: TerraformStack, intent: BootstrapIntent): void {
  const allowances = { entries: intent.allowances, file: "config/bootstrap.yaml" } as const;
  const rules = [
    attachedPolicies,
    authoritativeGrants("own-roles"),
    deletionProtection(true),
    federationTrust(jobTrust(intent)),
    functionCallers(intent.aws.account),
    noWildcardGrant,
    tagsEverywhere(intent.tags),
  ];
  PolicyAspect.enforce(stack, rules, allowances);
}
