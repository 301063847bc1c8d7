import type { AuthorizerPolicy } from "../../contract/policy-file";
import type { Finding } from "./rule";

/** Routes of the policy that no API at this address declares: whoever may call them would find nothing there. */
export function missingRoutes(policy: AuthorizerPolicy, declared: readonly string[], address: string): Finding[] {
  return Object.keys(policy.routes)
    .filter((key) => !declared.includes(key))
    .map((key) => ({ address, message: `has no route ${key} of the policy` }));
}
