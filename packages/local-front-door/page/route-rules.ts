import { type AuthorizerPolicy, POLICY_FILE } from "../../../contract/policy-file";
import type { EnvoyConfiguration } from "../envoy/configuration";
import type { LocalFunction } from "../function/function";

/** What the policy in the functions' archives says of a route, or else the route's own Envoy; undefined where none does. */
export function routeRules(
  functions: readonly LocalFunction[],
  envoys: readonly EnvoyConfiguration[],
): (route: string) => unknown {
  const policies = functions.map((each) => JSON.parse(each.file(POLICY_FILE)) as Partial<AuthorizerPolicy>);
  const access = envoys.flatMap((each) => [...each.access].map(([key, wants]) => [key, { wants }] as const));
  const rules = new Map<string, unknown>([
    ...access,
    ...policies.flatMap(({ routes }) => Object.entries(routes ?? {})),
  ]);
  return (route) => rules.get(route);
}
