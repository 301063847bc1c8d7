import { clashes } from "../derived/clashes";
import { routeKeyFault, validRoutes } from "../derived/route-key";
import type { ExpandedRoute } from "../derived/routes";
import type { Rule } from "../derived/rule";
import type { Report } from "../source/finding";

/** Reports route keys that API Gateway would refuse, or whose requests would never reach the service. */
export const routeKeysAreValid: Rule = ({ services }, report) => {
  for (const [id, { routes }] of services) {
    for (const key of routes.keys()) {
      const fault = routeKeyFault(key);
      if (fault) report(["services", id, "routes", key], fault);
    }
  }
};

/** A request matches one route, and a route has one Terraform address. */
export const routesAreDistinct: Rule = (draft, report) => {
  const routes = validRoutes(draft);
  const clashing = reportClashes(routes, (route) => `${route.method} ${route.pattern}`, sameRequests, report);
  const others = routes.filter((route) => !clashing.has(route));
  reportClashes(others, (route) => route.address, sameAddress, report);
};

/** Reports each line once, however many methods of an ANY clash. Returns the routes that clash. */
function reportClashes(
  routes: readonly ExpandedRoute[],
  keyOf: (route: ExpandedRoute) => string,
  verdictOn: (route: ExpandedRoute, other: ExpandedRoute) => Parameters<Report>[1],
  report: Report,
): ReadonlySet<ExpandedRoute> {
  const found = clashes(routes, keyOf);
  const lines = new Set<string>();
  for (const { claim, other } of found) {
    const line = JSON.stringify([claim.serviceId, claim.written]);
    if (!lines.has(line)) report(["services", claim.serviceId, "routes", claim.written], verdictOn(claim, other));
    lines.add(line);
  }
  return new Set(found.map(({ claim }) => claim));
}

function sameRequests(route: ExpandedRoute, other: ExpandedRoute) {
  return {
    got: `${route.key}, which matches the same requests as ${other.written} of ${other.serviceId}`,
    expected: "one route for each method and path (variable names do not count)",
    remedy: "remove one of the two",
  };
}

function sameAddress(route: ExpandedRoute, other: ExpandedRoute) {
  return {
    got: `${route.key}, whose Terraform address ${route.address} is that of ${other.written} of ${other.serviceId}`,
    expected: "a unique address",
    remedy: "rename a segment of the path, or the variable in it",
  };
}
