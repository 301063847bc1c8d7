import type { LocalFunction } from "../function";

/** What the policy in the functions' archives says of a route; undefined where no archive carries one. */
export function routeRules(functions: readonly LocalFunction[]): (route: string) => unknown {
  const policies = functions.map((each) => JSON.parse(each.file("authorizer-policy.json")) as { routes?: object });
  const rules = new Map(policies.flatMap(({ routes }) => Object.entries(routes ?? {})));
  return (route) => rules.get(route);
}
