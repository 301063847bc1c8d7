import { Aspects, type TerraformStack } from "cdktf";
import type { AuthorizerPolicy } from "../../functions/authorizer/policy";
import type { Intent } from "../../intent/intent";
import { Allowances, NoUnusedAllowance } from "./allowances";
import { DeletionProtection } from "./deletion-protection";
import { FederationLocks } from "./federation-locks";
import { LogRetention } from "./log-retention";
import { NoPublicInvoker } from "./no-public-invoker";
import { NoTokenInLogs } from "./no-token-in-logs";
import { NoWildcardGrant } from "./no-wildcard-grant";
import { OneReaderPerSecret } from "./one-reader-per-secret";
import { RouteAuthorizer } from "./route-authorizer";
import { TagsEverywhere } from "./tags-everywhere";

/** Every rule that an environment's stack must pass before anything of it is written. */
export function enforcePolicies(stack: TerraformStack, intent: Intent, policy: AuthorizerPolicy): void {
  const allowances = new Allowances(intent.allowances);
  for (const rule of [
    new DeletionProtection(allowances, intent.protect),
    new FederationLocks(allowances, "roles"),
    new LogRetention(allowances),
    new NoPublicInvoker(allowances),
    new NoTokenInLogs(allowances),
    new NoWildcardGrant(allowances),
    new OneReaderPerSecret(allowances),
    new RouteAuthorizer(allowances, policy),
    new TagsEverywhere(allowances, intent.tags),
    new NoUnusedAllowance(allowances),
  ]) {
    Aspects.of(stack).add(rule);
  }
}
